import { createHash, randomBytes } from 'node:crypto';
import type { PodFile } from '../../src/caller/index.js';
import type { PodSpec, Volume } from '../../src/kube/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { type MadeImage, makeImage } from '../support/made-image.js';
import { podFile, shell, TestNode } from '../support/test-node.js';

jest.setTimeout(120_000);

type Objects = Partial<Pick<PodFile, 'configMaps' | 'secrets'>>;

const configMap = (name: string, data: Record<string, string>, binaryData: Record<string, string> = {}): NonNullable<Objects['configMaps']>[number] => ({ metadata: { name, namespace: 'default' }, data, binaryData });
const secret = (name: string, data: Record<string, string>): NonNullable<Objects['secrets']>[number] => ({ metadata: { name, namespace: 'default' }, data });
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A file name and its bytes in base64 a line, in the order of the names. */
const DUMP = 'for f in $(find -L . -type f ! -path "./..*" | sort); do echo "${f#./} $(base64 "$f" | tr -d "\\n")"; done';

describeWithEngine('volumes as a container sees them', (engine) => {
  let node: TestNode;
  let userImage: MadeImage;
  beforeAll(async () => {
    node = await TestNode.start(engine);
    userImage = await makeImage(engine.endpoint, 'mkdir /data /other && echo hidden > /data/of-the-image && chown -R 1000 /data', ['USER 1000']);
  });
  afterAll(async () => {
    await node.remove();
    await userImage.remove();
  });

  /** The output of a script in a pod that mounts each volume at `/v/<name>` and works there. */
  async function look(volumes: readonly Volume[], script: string, objects: Objects = {}, container: Partial<PodSpec['containers'][number]> = {}): Promise<string> {
    const volumeMounts = volumes.map(({ name }) => ({ name, mountPath: `/v/${name}` }));
    const pod = await node.create(podFile({ volumes: [...volumes], containers: [shell('main', `[ -d /v ] && cd /v\n${script}`, { volumeMounts, ...container })] }, objects));
    const { containers } = await pod.untilPhase('Succeeded');
    expect(containers[0]?.state?.terminated?.exitCode).toBe(0);
    const log = await pod.log();
    expect((await node.leftoversOf(pod)).volumes).toBe(volumes.length);
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
    return log;
  }

  test('a ConfigMap\'s files are byte for byte what was sent', async () => {
    const data = { 'new.lines': 'one\n\ntwo', 'end.of.file': 'no end', empty: '', utf: 'žluťoučký ☕\r\n\t', dollar: '$(A) ${B} `c`' };
    const binaryData = { bytes: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('base64') };
    const log = await look([{ name: 'config', configMap: { name: 'settings' } }], `cd config; ${DUMP}`, { configMaps: [configMap('settings', data, binaryData)] });
    const expected = { ...Object.fromEntries(Object.entries(data).map(([name, text]) => [name, base64(text)])), ...binaryData };
    expect(Object.fromEntries(log.trimEnd().split('\n').map((line) => line.split(' ')))).toEqual(expected);
  });

  test('a file of nearly a megabyte arrives whole', async () => {
    const bytes = randomBytes(900_000);
    const log = await look([{ name: 'config', configMap: { name: 'big' } }], 'sha256sum < config/big', { configMaps: [configMap('big', {}, { big: bytes.toString('base64') })] });
    expect(log.split(' ')[0]).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('a Secret\'s files are decoded', async () => {
    const log = await look([{ name: 'secret', secret: { secretName: 'access' } }], `cd secret; ${DUMP}`, { secrets: [secret('access', { key: base64('a\0b\n'), user: base64('me') })] });
    expect(log).toBe(`key ${base64('a\0b\n')}\nuser ${base64('me')}\n`);
  });

  test('modes are the volume\'s, and an item\'s own', async () => {
    const volumes: Volume[] = [
      { name: 'plain', configMap: { name: 'settings' } },
      { name: 'tight', configMap: { name: 'settings', defaultMode: 0o400, items: [{ key: 'one', path: 'one' }, { key: 'two', path: 'run', mode: 0o755 }] } },
      { name: 'secret', secret: { secretName: 'access', defaultMode: 0o440 } },
      { name: 'both', projected: { defaultMode: 0o600, sources: [{ configMap: { name: 'settings', items: [{ key: 'one', path: 'sub/one', mode: 0o511 }, { key: 'two', path: 'two' }] } }] } },
    ];
    const log = await look(volumes, 'stat -L -c "%a %u:%g %n" plain/one tight/one tight/run secret/key both/sub/one both/two; tight/run', {
      configMaps: [configMap('settings', { one: '1', two: '#!/bin/sh\necho it runs\n' })],
      secrets: [secret('access', { key: base64('k') })],
    });
    expect(log).toBe(['644 0:0 plain/one', '400 0:0 tight/one', '755 0:0 tight/run', '440 0:0 secret/key', '511 0:0 both/sub/one', '600 0:0 both/two', 'it runs', ''].join('\n'));
  });

  test('items select, rename and nest, and two volumes of one ConfigMap differ', async () => {
    const volumes: Volume[] = [
      { name: 'a', configMap: { name: 'settings', items: [{ key: 'one', path: 'deep/er/uno' }, { key: 'two', path: 'deep/dos' }] } },
      { name: 'b', configMap: { name: 'settings', items: [{ key: 'one', path: 'one' }] } },
      { name: 'c', configMap: { name: 'settings' } },
    ];
    const log = await look(volumes, DUMP.replace('find -L .', 'find -L a b c').replace('! -path "./..*"', '! -path "*/..*"'), { configMaps: [configMap('settings', { one: '1', two: '2', three: '3' })] });
    expect(log.trimEnd().split('\n')).toEqual(['a/deep/dos Mg==', 'a/deep/er/uno MQ==', 'b/one MQ==', 'c/one MQ==', 'c/three Mw==', 'c/two Mg==']);
  });

  test('the layout is a kubelet\'s: everything behind one link', async () => {
    const script = 'cd config; cat ..data/word; readlink word; readlink sub; echo "$(readlink ..data)" | grep -c "^\\.\\.[^/]*$"; [ -d "$(readlink ..data)" ] && ls -A | wc -l';
    const log = await look([{ name: 'config', configMap: { name: 'settings', items: [{ key: 'word', path: 'word' }, { key: 'word', path: 'sub/word' }] } }], script, { configMaps: [configMap('settings', { word: 'behind\n' })] });
    expect(log).toBe('behind\n..data/word\n..data/sub\n1\n4\n');
  });

  test('what the cluster sent cannot be changed, whatever the mount says', async () => {
    const tries = ['echo x > $v/word', 'rm $v/word', 'ln -s /etc $v/link', 'touch $v/new', 'chmod 777 $v/word'];
    const script = `for v in config secret both; do ${tries.map((attempt) => `(${attempt}) 2>&1 | grep -q "Read-only file system" && echo refused`).join('; ')}; cat $v/word; done`;
    const volumes: Volume[] = [
      { name: 'config', configMap: { name: 'settings' } },
      { name: 'secret', secret: { secretName: 'access' } },
      { name: 'both', projected: { sources: [{ configMap: { name: 'settings' } }] } },
    ];
    const log = await look(volumes, script, { configMaps: [configMap('settings', { word: 'whole\n' })], secrets: [secret('access', { word: base64('whole\n') })] });
    expect(log).toBe(`${'refused\n'.repeat(tries.length)}whole\n`.repeat(3));
  });

  test('what is optional may be missing', async () => {
    const volumes: Volume[] = [
      { name: 'no-map', configMap: { name: 'gone', optional: true } },
      { name: 'no-secret', secret: { secretName: 'gone', optional: true } },
      { name: 'no-key', configMap: { name: 'settings', optional: true, items: [{ key: 'gone', path: 'gone' }, { key: 'word', path: 'word' }] } },
      { name: 'no-source', projected: { sources: [{ configMap: { name: 'gone', optional: true } }, { configMap: { name: 'settings' } }] } },
    ];
    const log = await look(volumes, 'for v in *; do echo $v: $(ls $v); done', { configMaps: [configMap('settings', { word: 'here' })] });
    expect(log).toBe('no-key: word\nno-map:\nno-secret:\nno-source: word\n');
  });

  test('a projected volume joins its sources, and the pod\'s own fields', async () => {
    const volumes: Volume[] = [
      {
        name: 'all',
        projected: {
          sources: [
            { configMap: { name: 'settings', items: [{ key: 'word', path: 'config/word' }] } },
            { secret: { name: 'access', items: [{ key: 'key', path: 'secret/key', mode: 0o400 }] } },
            { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }, { path: 'limit', resourceFieldRef: { containerName: 'main', resource: 'limits.memory', divisor: '1Mi' } }] } },
          ],
        },
      },
      { name: 'secret', secret: { secretName: 'access' } },
      { name: 'pod', downwardAPI: { items: [{ path: 'sub/namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
    ];
    const objects = { configMaps: [configMap('settings', { word: 'from a map' })], secrets: [secret('access', { key: base64('from a secret') })] };
    const log = await look(volumes, 'for f in all/config/word all/secret/key all/name all/limit pod/sub/namespace; do echo $(cat $f); done; stat -L -c %a all/secret/key', objects, { resources: { limits: { memory: '64Mi' } } });
    expect(log).toBe('from a map\nfrom a secret\ntest\n64\ndefault\n400\n');
  });

  test('the service account\'s token is where programs look for it', async () => {
    const pod = await node.create(podFile({ automountServiceAccountToken: true, containers: [shell('main', 'cd /var/run/secrets/kubernetes.io/serviceaccount && for f in token namespace ca.crt; do cat $f; echo; done')] }));
    await pod.untilPhase('Succeeded');
    const { token, namespace, ...rest } = (pod.body.container[0]?.projectedvolumemaps?.[0]?.data ?? {}) as Record<string, string>;
    expect([token, namespace]).toEqual([expect.stringMatching(/./), 'default']);
    expect(await pod.log()).toBe(`${token}\n${namespace}\n${rest['ca.crt']}\n`);
    await pod.delete();
  });

  test('any user can write to an emptyDir, and an image\'s files below it are not seen', async () => {
    const volumeMounts = [{ name: 'empty', mountPath: '/data' }, { name: 'empty', mountPath: '/other' }];
    const script = 'id -u; ls -A /data | wc -l; stat -c "%a %u" /data; mkdir /data/sub && echo mine > /data/sub/file && stat -c %u /data/sub/file; cat /other/sub/file';
    const log = await look([{ name: 'empty', emptyDir: {} }], script, {}, { image: userImage.name, imagePullPolicy: 'Never', volumeMounts });
    expect(log).toBe('1000\n0\n777 0\n1000\nmine\n');
  });

  test('a file that is for its owner only is not for another user', async () => {
    const volumes: Volume[] = [{ name: 'secret', secret: { secretName: 'access', defaultMode: 0o400 } }, { name: 'config', configMap: { name: 'settings' } }];
    const objects = { configMaps: [configMap('settings', { word: 'for all\n' })], secrets: [secret('access', { key: base64('for root') })] };
    const log = await look(volumes, 'cat secret/key 2>&1 | grep -o "Permission denied"; cat config/word', objects, { image: userImage.name, imagePullPolicy: 'Never' });
    expect(log).toBe('Permission denied\nfor all\n');
  });

  test('mounts may lie in each other, and a mount that says read-only is', async () => {
    const volumes: Volume[] = [{ name: 'work', emptyDir: {} }, { name: 'config', configMap: { name: 'settings' } }];
    const volumeMounts = [{ name: 'config', mountPath: '/work/etc/config' }, { name: 'work', mountPath: '/work' }, { name: 'work', mountPath: '/seen', readOnly: true }];
    const script = 'echo new > /work/file; cat /seen/file /work/etc/config/word; touch /seen/other 2>&1 | grep -o "Read-only file system"';
    const log = await look(volumes, script, { configMaps: [configMap('settings', { word: 'nested\n' })] }, { volumeMounts });
    expect(log).toBe('new\nnested\nRead-only file system\n');
  });

  test('volumes of a pod are its own, and outlive a restart of its containers', async () => {
    const volumes: Volume[] = [{ name: 'work', emptyDir: {} }];
    const run = () => node.create(podFile({ restartPolicy: 'OnFailure', volumes, containers: [shell('main', 'echo run >> /work/runs; [ $(wc -l < /work/runs) -ge 2 ] && cat /work/runs', { volumeMounts: [{ name: 'work', mountPath: '/work' }] })] }));
    const [first, second] = await Promise.all([run(), run()]);
    for (const pod of [first, second]) {
      await pod.untilPhase('Succeeded');
      expect(await pod.log()).toBe('run\nrun\n');
      await pod.delete();
    }
  });
});
