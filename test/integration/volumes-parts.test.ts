import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_POLICY, type NodePolicy } from '../../src/docker/node/index.js';
import type { PodFile } from '../../src/caller/index.js';
import type { PodSpec, Volume } from '../../src/kube/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { podFile, shell, TestNode } from '../support/test-node.js';

jest.setTimeout(120_000);

const OBJECTS: Partial<Pick<PodFile, 'configMaps' | 'secrets'>> = {
  configMaps: [{ metadata: { name: 'settings', namespace: 'default' }, data: { one: 'one\n', two: 'two\n', 'run.sh': '#!/bin/sh\necho it runs\n' } }],
  secrets: [{ metadata: { name: 'access', namespace: 'default' }, data: { key: Buffer.from('s3cr3t').toString('base64') } }],
};

const VOLUMES: Volume[] = [
  { name: 'config', configMap: { name: 'settings', defaultMode: 0o555 } },
  { name: 'deep', configMap: { name: 'settings', items: [{ key: 'one', path: 'a/b/one' }, { key: 'two', path: 'a/two', mode: 0o400 }] } },
  { name: 'secret', secret: { secretName: 'access', defaultMode: 0o400 } },
  { name: 'both', projected: { sources: [{ secret: { name: 'access', items: [{ key: 'key', path: 'keys/key' }] } }, { downwardAPI: { items: [{ path: 'who', fieldRef: { fieldPath: 'metadata.name' } }] } }] } },
  { name: 'pod', downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
];

describeWithEngine('parts of volumes', (engine) => {
  const host = mkdtempSync(join(tmpdir(), 'parts-'));
  const shared = join(host, 'shared');
  const reference = join(host, 'reference');
  /** What no pod may ever see. */
  const SECRET_OF_HOST = `the host's own ${process.pid}`;
  let node: TestNode;
  beforeAll(async () => {
    for (const directory of [shared, reference, join(reference, 'sub')]) mkdirSync(directory);
    writeFileSync(join(host, 'secret'), SECRET_OF_HOST);
    writeFileSync(join(reference, 'sub/table'), 'rows\n');
    const allowed = { ...DEFAULT_POLICY.podSecurity.allowed, hostPaths: [{ path: shared, readOnly: false }, { path: reference, readOnly: true }] };
    const claims: NodePolicy['volumes']['claims'] = [{ pattern: 'default/data', kind: 'directory', template: join(host, 'claims/data'), readOnly: false }];
    node = await TestNode.start(engine, { policy: { podSecurity: { ...DEFAULT_POLICY.podSecurity, allowed }, volumes: { claims, nfs: [] } } });
  });
  afterAll(async () => {
    await node.remove();
    rmSync(host, { recursive: true, force: true });
  });

  async function look(spec: Partial<PodSpec> & Pick<PodSpec, 'containers'>): Promise<string> {
    const pod = await node.create(podFile(spec, OBJECTS));
    await pod.untilPhase('Succeeded');
    const log = await pod.log('main');
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
    return log;
  }

  test('P28: single files of a ConfigMap, Secret, projected and downwardAPI volume are files at their place, for reading only', async () => {
    const volumeMounts = [
      { name: 'config', mountPath: '/etc/app/one.conf', subPath: 'one' },
      { name: 'config', mountPath: '/bin/program', subPath: 'run.sh' },
      { name: 'deep', mountPath: '/etc/two', subPath: 'a/two' },
      { name: 'secret', mountPath: '/keys/key', subPath: '..data/key' },
      { name: 'both', mountPath: '/who', subPath: './who' },
      { name: 'pod', mountPath: '/name', subPath: 'name' },
      { name: 'config', mountPath: '/etc/group', subPath: 'two' },
    ];
    const files = volumeMounts.map(({ mountPath }) => mountPath).join(' ');
    const script = [
      `for f in ${files}; do stat -c "%F %a %n" $f; done`,
      'cat /etc/app/one.conf /etc/two /keys/key; echo; cat /who; echo; cat /name; echo; cat /etc/group; program; ls /etc/app',
      `for f in ${files}; do for try in "echo x > $f" "ln -sf /etc/shadow $f" "rm $f"; do (eval "$try") 2>/dev/null && echo "$try: DONE"; done; done; cat /etc/app/one.conf`,
    ].join('\n');
    expect(await look({ volumes: VOLUMES, containers: [shell('main', script, { volumeMounts })] })).toBe(
      [
        'regular file 555 /etc/app/one.conf', 'regular file 555 /bin/program', 'regular file 400 /etc/two', 'regular file 400 /keys/key', 'regular file 644 /who', 'regular file 644 /name', 'regular file 555 /etc/group',
        'one', 'two', 's3cr3t', 'test', 'test', 'two', 'it runs', 'one.conf', 'one', '',
      ].join('\n'),
    );
  });

  test('P28: a directory of a volume holds what is below it and nothing else; one that is not there is empty', async () => {
    const volumeMounts = [
      { name: 'deep', mountPath: '/a', subPath: 'a' },
      { name: 'deep', mountPath: '/b', subPath: 'a/b/' },
      { name: 'deep', mountPath: '/whole' },
      { name: 'deep', mountPath: '/gone', subPath: 'not/there' },
      { name: 'both', mountPath: '/keys', subPath: 'keys' },
      // The cluster sends what is mounted, and secrets of a projected volume only for one of their own.
      { name: 'secret', mountPath: '/secret' },
    ];
    const script = 'for d in a b gone keys; do echo $d: $(cd /$d && find . | sort); done; ls -A /whole | wc -l; cat /a/b/one; touch /a/x 2>&1 | grep -o "Read-only"';
    expect(await look({ volumes: VOLUMES, containers: [shell('main', script, { volumeMounts })] })).toBe('a: . ./b ./b/one ./two\nb: . ./one\ngone: .\nkeys: . ./key\n3\none\nRead-only\n');
  });

  test('P29: a part can be named by the container\'s own variables', async () => {
    const volumeMounts = [{ name: 'deep', mountPath: '/it', subPathExpr: '$(DIR)/$(NAME)' }, { name: 'config', mountPath: '/literal', subPathExpr: '$$(NAME)' }];
    const env = [{ name: 'DIR', value: 'a/b' }, { name: 'NAME', value: 'one' }];
    const script = 'cat /it; stat -c %F /literal';
    expect(await look({ volumes: VOLUMES, containers: [shell('main', script, { volumeMounts, env }), shell('other', 'true', { volumeMounts: [{ name: 'deep', mountPath: '/it', subPathExpr: 'a/$(NAME)' }], env: [{ name: 'NAME', value: 'two' }] })] })).toBe('one\ndirectory\n');
  });

  test('P28: parts of what pods may only read are bound as they are', async () => {
    const volumes: Volume[] = [{ name: 'host', hostPath: { path: reference } }];
    const volumeMounts = [{ name: 'host', mountPath: '/table', subPath: 'sub/table' }, { name: 'host', mountPath: '/sub', subPath: 'sub' }];
    expect(await look({ volumes, containers: [shell('main', 'cat /table /sub/table; touch /sub/x 2>&1 | grep -o "Read-only"', { volumeMounts })] })).toBe('rows\nrows\nRead-only\n');
  });

  /** What an engine below API 1.45 would do: mount the whole volume, or follow the link on the host. */
  const isOld = async (): Promise<boolean> => Number((await node.engine.version()).apiVersion.split('.')[1]) < 45;

  test.each<[what: string, volume: Omit<Volume, 'name'>]>([
    ['an emptyDir', { emptyDir: {} }],
    ['memory', { emptyDir: { medium: 'Memory' } }],
    ['a claim', { persistentVolumeClaim: { claimName: 'data' } }],
  ])('CVE-2017-1002101: a part of %s, where a container could put a link, is found by the engine or refused', async (_what, source) => {
    const volumes: Volume[] = [{ name: 'work', ...source }];
    const planting = shell('plant', `ln -s ${host} /work/link && ln -s / /work/root`, { volumeMounts: [{ name: 'work', mountPath: '/work' }] });
    const spec = podFile({ volumes, initContainers: [planting], containers: [shell('main', 'cat /link/secret', { volumeMounts: [{ name: 'work', mountPath: '/link', subPath: 'link' }] })] });
    if (await isOld()) {
      await expect(node.create(spec)).rejects.toThrow('pod.spec.containers[0].volumeMounts[0].subPath: ');
    } else {
      const pod = await node.create(spec);
      const { containers } = await pod.until(({ containers: [main] }) => main?.state?.terminated !== undefined || main?.state?.waiting?.message !== undefined);
      expect(containers[0]?.state?.terminated?.exitCode).not.toBe(0);
      expect(await pod.log('main')).not.toContain(SECRET_OF_HOST);
      await pod.delete();
    }
  });

  test('CVE-2017-1002101: a link that a pod left in a directory of the host leads no other pod out of it', async () => {
    const volumes: Volume[] = [{ name: 'shared', hostPath: { path: shared } }];
    const volumeMounts = [{ name: 'shared', mountPath: '/shared' }];
    const plant = `ln -s ${host} /shared/link; ln -s ${join(host, 'secret')} /shared/file; ls /shared`;
    expect(await look({ volumes, containers: [shell('main', plant, { volumeMounts })] })).toBe('file\nlink\n');
    // Within the pod the links lead to nothing: they are those of its own root.
    expect(await look({ volumes, containers: [shell('main', 'cat /shared/link/secret /shared/file 2>&1 | grep -c "No such file"', { volumeMounts })] })).toBe('2\n');
    const tries: Volume['hostPath'][] = [{ path: join(shared, 'link') }, { path: join(shared, 'link/secret'), type: 'File' }, { path: join(shared, 'file') }, { path: `${shared}/./link//`, type: 'Directory' }];
    for (const hostPath of tries) {
      const spec = podFile({ volumes: [{ name: 'out', hostPath: hostPath ?? { path: '' } }], containers: [shell('main', 'cat /out /out/secret', { volumeMounts: [{ name: 'out', mountPath: '/out' }] })] });
      await expect(node.create(spec)).rejects.toThrow('pod.spec.volumes[0].hostPath.path');
    }
    const part = podFile({ volumes, containers: [shell('main', 'cat /out/secret', { volumeMounts: [{ name: 'shared', mountPath: '/out', subPath: 'link' }] })] });
    await expect(node.create(part)).rejects.toThrow('pod.spec.containers[0].volumeMounts[0].subPath');
  });

  test('CVE-2021-25741: no container can exchange what another one mounts a part of while it is mounted', async () => {
    const volumes: Volume[] = [{ name: 'config', configMap: { name: 'settings' } }];
    const swap = `for i in $(seq 200); do (rm -rf /c/* /one; ln -s ${host} /c/one; mv /c/one /c/two; ln -sf ${join(host, 'secret')} /one) 2>/dev/null; done; ls -A /c | grep -vc "^\\.\\."`;
    const swapping = shell('swap', swap, { volumeMounts: [{ name: 'config', mountPath: '/c' }, { name: 'config', mountPath: '/one', subPath: 'one' }] });
    const volumeMounts = [{ name: 'config', mountPath: '/one', subPath: 'one' }];
    const pod = await node.create(podFile({ volumes, containers: [shell('main', 'for i in $(seq 20); do cat /one; sleep 0.02; done | sort -u', { volumeMounts }), swapping] }, OBJECTS));
    await pod.untilPhase('Succeeded');
    expect([await pod.log('main'), await pod.log('swap')]).toEqual(['one\n', '3\n']);
    await pod.delete();
  });

  test.each(['../etc', '/etc', 'a/../../etc', '..'])('P28: the part %p is refused', async (subPath) => {
    const spec = podFile({ volumes: VOLUMES, containers: [shell('main', 'true', { volumeMounts: [{ name: 'config', mountPath: '/x', subPath }] })] }, OBJECTS);
    await expect(node.create(spec)).rejects.toThrow('pod.spec.containers[0].volumeMounts[0].subPath: ');
  });
});
