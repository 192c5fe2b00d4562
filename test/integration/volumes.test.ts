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

  test('P21: a ConfigMap\'s files are byte for byte what was sent', async () => {
    const data = { 'new.lines': 'one\n\ntwo', 'end.of.file': 'no end', empty: '', utf: 'žluťoučký ☕\r\n\t', dollar: '$(A) ${B} `c`' };
    const binaryData = { bytes: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('base64') };
    const log = await look([{ name: 'config', configMap: { name: 'settings' } }], `cd config; ${DUMP}`, { configMaps: [configMap('settings', data, binaryData)] });
    const expected = { ...Object.fromEntries(Object.entries(data).map(([name, text]) => [name, base64(text)])), ...binaryData };
    expect(Object.fromEntries(log.trimEnd().split('\n').map((line) => line.split(' ')))).toEqual(expected);
  });

  test('P21: a file of nearly a megabyte arrives whole', async () => {
    const bytes = randomBytes(900_000);
    const log = await look([{ name: 'config', configMap: { name: 'big' } }], 'sha256sum < config/big', { configMaps: [configMap('big', {}, { big: bytes.toString('base64') })] });
    expect(log.split(' ')[0]).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  test('P21: a Secret\'s files are decoded', async () => {
    const log = await look([{ name: 'secret', secret: { secretName: 'access' } }], `cd secret; ${DUMP}`, { secrets: [secret('access', { key: base64('a\0b\n'), user: base64('me') })] });
    expect(log).toBe(`key ${base64('a\0b\n')}\nuser ${base64('me')}\n`);
  });

  test('P21: modes are the volume\'s, and an item\'s own', async () => {
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

  test('P21: items select, rename and nest, and two volumes of one ConfigMap differ', async () => {
    const volumes: Volume[] = [
      { name: 'a', configMap: { name: 'settings', items: [{ key: 'one', path: 'deep/er/uno' }, { key: 'two', path: 'deep/dos' }] } },
      { name: 'b', configMap: { name: 'settings', items: [{ key: 'one', path: 'one' }] } },
      { name: 'c', configMap: { name: 'settings' } },
    ];
    const log = await look(volumes, DUMP.replace('find -L .', 'find -L a b c').replace('! -path "./..*"', '! -path "*/..*"'), { configMaps: [configMap('settings', { one: '1', two: '2', three: '3' })] });
    expect(log.trimEnd().split('\n')).toEqual(['a/deep/dos Mg==', 'a/deep/er/uno MQ==', 'b/one MQ==', 'c/one MQ==', 'c/three Mw==', 'c/two Mg==']);
  });

  test('P22: the layout is a kubelet\'s: everything behind one link', async () => {
    const script = 'cd config; cat ..data/word; readlink word; readlink sub; echo "$(readlink ..data)" | grep -c "^\\.\\.[^/]*$"; [ -d "$(readlink ..data)" ] && ls -A | wc -l';
    const log = await look([{ name: 'config', configMap: { name: 'settings', items: [{ key: 'word', path: 'word' }, { key: 'word', path: 'sub/word' }] } }], script, { configMaps: [configMap('settings', { word: 'behind\n' })] });
    expect(log).toBe('behind\n..data/word\n..data/sub\n1\n4\n');
  });

  test('P30: what the cluster sent cannot be changed, whatever the mount says', async () => {
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

  test('P21: what is optional may be missing', async () => {
    const volumes: Volume[] = [
      { name: 'no-map', configMap: { name: 'gone', optional: true } },
      { name: 'no-secret', secret: { secretName: 'gone', optional: true } },
      { name: 'no-key', configMap: { name: 'settings', optional: true, items: [{ key: 'gone', path: 'gone' }, { key: 'word', path: 'word' }] } },
      { name: 'no-source', projected: { sources: [{ configMap: { name: 'gone', optional: true } }, { configMap: { name: 'settings' } }] } },
    ];
    const log = await look(volumes, 'for v in *; do echo $v: $(ls $v); done', { configMaps: [configMap('settings', { word: 'here' })] });
    expect(log).toBe('no-key: word\nno-map:\nno-secret:\nno-source: word\n');
  });

  test('P23 P24: a projected volume joins its sources, and the pod\'s own fields', async () => {
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

  test('P23: the service account\'s token is where programs look for it', async () => {
    const pod = await node.create(podFile({ automountServiceAccountToken: true, containers: [shell('main', 'cd /var/run/secrets/kubernetes.io/serviceaccount && for f in token namespace ca.crt; do cat $f; echo; done')] }));
    await pod.untilPhase('Succeeded');
    const { token, namespace, ...rest } = (pod.body.container[0]?.projectedvolumemaps?.[0]?.data ?? {}) as Record<string, string>;
    expect([token, namespace]).toEqual([expect.stringMatching(/./), 'default']);
    expect(await pod.log()).toBe(`${token}\n${namespace}\n${rest['ca.crt']}\n`);
    await pod.delete();
  });

  test('P19: any user can write to an emptyDir, and an image\'s files below it are not seen', async () => {
    const volumeMounts = [{ name: 'empty', mountPath: '/data' }, { name: 'empty', mountPath: '/other' }];
    const script = 'id -u; ls -A /data | wc -l; stat -c "%a %u" /data; mkdir /data/sub && echo mine > /data/sub/file && stat -c %u /data/sub/file; cat /other/sub/file';
    const log = await look([{ name: 'empty', emptyDir: {} }], script, {}, { image: userImage.name, imagePullPolicy: 'Never', volumeMounts });
    expect(log).toBe('1000\n0\n777 0\n1000\nmine\n');
  });

  test('P21: a file that is for its owner only is not for another user', async () => {
    const volumes: Volume[] = [{ name: 'secret', secret: { secretName: 'access', defaultMode: 0o400 } }, { name: 'config', configMap: { name: 'settings' } }];
    const objects = { configMaps: [configMap('settings', { word: 'for all\n' })], secrets: [secret('access', { key: base64('for root') })] };
    const log = await look(volumes, 'cat secret/key 2>&1 | grep -o "Permission denied"; cat config/word', objects, { image: userImage.name, imagePullPolicy: 'Never' });
    expect(log).toBe('Permission denied\nfor all\n');
  });

  test('P30: mounts may lie in each other, and a mount that says read-only is', async () => {
    const volumes: Volume[] = [{ name: 'work', emptyDir: {} }, { name: 'config', configMap: { name: 'settings' } }];
    const volumeMounts = [{ name: 'config', mountPath: '/work/etc/config' }, { name: 'work', mountPath: '/work' }, { name: 'work', mountPath: '/seen', readOnly: true }];
    const script = 'echo new > /work/file; cat /seen/file /work/etc/config/word; touch /seen/other 2>&1 | grep -o "Read-only file system"';
    const log = await look(volumes, script, { configMaps: [configMap('settings', { word: 'nested\n' })] }, { volumeMounts });
    expect(log).toBe('new\nnested\nRead-only file system\n');
  });

  test('P19: volumes of a pod are its own, and outlive a restart of its containers', async () => {
    const volumes: Volume[] = [{ name: 'work', emptyDir: {} }];
    const run = () => node.create(podFile({ restartPolicy: 'OnFailure', volumes, containers: [shell('main', 'echo run >> /work/runs; [ $(wc -l < /work/runs) -ge 2 ] && cat /work/runs', { volumeMounts: [{ name: 'work', mountPath: '/work' }] })] }));
    const [first, second] = await Promise.all([run(), run()]);
    for (const pod of [first, second]) {
      await pod.untilPhase('Succeeded');
      expect(await pod.log()).toBe('run\nrun\n');
      await pod.delete();
    }
  });

  test('P24: a downwardAPI volume tells what a kubelet tells, the node\'s size where a container has no limit', async () => {
    const of = (path: string, resource: string, divisor?: string) => ({ path, resourceFieldRef: { containerName: 'main', resource, ...(divisor !== undefined && { divisor }) } });
    const volumes: Volume[] = [
      {
        name: 'pod',
        downwardAPI: {
          defaultMode: 0o440,
          items: [
            { path: 'name', fieldRef: { fieldPath: 'metadata.name' } }, { path: 'deep/uid', mode: 0o400, fieldRef: { fieldPath: 'metadata.uid' } }, { path: 'one', fieldRef: { fieldPath: "metadata.labels['none']" } },
            of('cpu', 'limits.cpu', '1m'), of('request', 'requests.memory', '1Ki'), of('memory', 'limits.memory', '1Mi'),
          ],
        },
      },
    ];
    const { cpus } = await node.engine.info();
    const log = await look(volumes, 'cd pod; for f in name one cpu request memory; do echo "$f=$(cat $f)"; done; cat deep/uid | wc -c; stat -L -c %a name deep/uid', {}, { resources: { requests: { memory: '1Mi' }, limits: { memory: '64Mi' } } });
    expect(log).toBe(`name=test\none=\ncpu=${cpus * 1000}\nrequest=1024\nmemory=64\n36\n440\n400\n`);
  });

  test('P44: files and directories belong to the group of the pod, with the bits that a kubelet gives it', async () => {
    const volumes: Volume[] = [
      { name: 'config', configMap: { name: 'settings', items: [{ key: 'word', path: 'sub/word', mode: 0o400 }] } },
      { name: 'secret', secret: { secretName: 'access', defaultMode: 0o400 } },
      { name: 'empty', emptyDir: {} },
      { name: 'memory', emptyDir: { medium: 'Memory' } },
      { name: 'identity', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
    ];
    const script = [
      'stat -L -c "%a %u:%g %n" config config/sub config/sub/word secret/key empty memory identity/token; stat -c "%g %n" config/..data config/sub',
      'cat config/sub/word secret/key; echo; [ -s identity/token ] && echo token',
      'for d in empty memory; do mkdir $d/new; echo x > $d/new/file; stat -c "%a %u:%g" $d/new/file; stat -c "%g" $d/new; done',
    ].join('\n');
    const objects = { configMaps: [configMap('settings', { word: 'readable\n' })], secrets: [secret('access', { key: base64('too') })] };
    const volumeMounts = volumes.map(({ name }) => ({ name, mountPath: `/v/${name}` }));
    const pod = await node.create(podFile({ volumes, securityContext: { runAsUser: 1234, runAsGroup: 1234, fsGroup: 4321 }, containers: [shell('main', `cd /v\n${script}`, { volumeMounts })] }, objects));
    await pod.untilPhase('Succeeded');
    expect((await pod.log()).split('\n')).toEqual([
      '2777 0:4321 config', '2755 0:4321 config/sub', '440 0:4321 config/sub/word', '440 0:4321 secret/key', '2777 0:4321 empty', '3777 0:4321 memory', '640 1234:4321 identity/token', '4321 config/..data', '4321 config/sub',
      'readable', 'too', 'token', '644 1234:4321', '4321', '644 1234:4321', '4321', '',
    ]);
    await pod.delete();
  });

  test('P21: files belong to the user that is named for them, and an emptyDir has the mode that is', async () => {
    const volumes: Volume[] = [
      { name: 'config', configMap: { name: 'settings', defaultUser: 1234, items: [{ key: 'one', path: 'one' }, { key: 'two', path: 'two', user: 5678 }] } },
      { name: 'both', projected: { defaultMode: 0o400, defaultUser: 1234, sources: [{ downwardAPI: { items: [{ path: 'name', user: 77, fieldRef: { fieldPath: 'metadata.name' } }] } }, { serviceAccountToken: { path: 'token' } }] } },
      { name: 'own', emptyDir: { mode: 0o1750 } },
      { name: 'memory', emptyDir: { mode: 0o750, medium: 'Memory' } },
    ];
    const log = await look(volumes, 'stat -L -c "%a %u:%g %n" config/one config/two both/name both/token own memory', { configMaps: [configMap('settings', { one: '1', two: '2' })] });
    expect(log).toBe('644 1234:0 config/one\n644 5678:0 config/two\n400 77:0 both/name\n400 1234:0 both/token\n1750 0:0 own\n750 0:0 memory\n');
  });

  test('P23: a token is for the one user that all containers run as', async () => {
    const volumes: Volume[] = [{ name: 'identity', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }];
    const log = await look(volumes, 'stat -L -c "%a %u:%g" identity/token; [ -s identity/token ] && cat identity/token | wc -l', {}, { securityContext: { runAsUser: 1234 } });
    expect(log).toBe('600 1234:0\n0\n');
  });
});
