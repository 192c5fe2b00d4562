import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodePolicy } from '../../src/docker/node/index.js';
import type { PodSpec, Volume } from '../../src/kube/index.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, objectsOfNode, uniqueNode } from '../support/engine-under-test.js';
import { podFile, shell, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

describeWithEngine('claims', (engine) => {
  const name = uniqueNode();
  const root = mkdtempSync(join(tmpdir(), 'claims-'));
  const policy: Partial<NodePolicy> = {
    volumes: {
      claims: [
        { pattern: 'default/dir-*', kind: 'directory', template: `${root}/{namespace}/{claim}`, readOnly: false },
        { pattern: 'default/reference', kind: 'directory', template: `${root}/reference`, readOnly: true },
        { pattern: 'default/disk', kind: 'device', template: `${root}/disk`, readOnly: false },
        { pattern: 'default/*', kind: 'volume', template: `${name}_{namespace}_{claim}`, readOnly: false },
      ],
      nfs: [],
    },
  };
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine, { node: name, policy });
  });
  afterAll(async () => {
    await node.remove();
    rmSync(root, { recursive: true, force: true });
  });

  const claim = (claimName: string, readOnly?: boolean): Volume => ({ name: 'data', persistentVolumeClaim: { claimName, ...(readOnly !== undefined && { readOnly }) } });

  async function idOf(pod: TestPod, container: string): Promise<string> {
    const label = [`io.kubernetes.pod.uid=${pod.uid}`, `io.kubernetes.container.name=${container}`];
    const rows = (await call(engine.endpoint, 'GET', `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify({ label }))}`)).json() as { Id: string }[];
    return rows[0]?.Id ?? '';
  }

  /** The output of a script in a pod that has the volume at `/data`. */
  async function look(volume: Volume, script: string, more: Partial<PodSpec> = {}): Promise<string> {
    const pod = await node.create(podFile({ volumes: [volume], containers: [shell('main', script, { volumeMounts: [{ name: 'data', mountPath: '/data' }] })], ...more }));
    await pod.untilPhase('Succeeded');
    const log = await pod.log();
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
    return log;
  }

  test('P26: what is in a claim is kept when its pods go, and when the plugin starts again; it is this node\'s, and no pod\'s', async () => {
    expect(await look(claim('kept'), 'ls -A /data | wc -l; echo kept > /data/file')).toBe('0\n');
    const { Labels } = (await call(engine.endpoint, 'GET', `/volumes/${name}_default_kept`)).json() as { Labels: Record<string, string> };
    expect(Labels).toEqual({ 'interlink.eu/node': name });
    await node.stop();
    node = await TestNode.start(engine, { node: name, policy });
    expect(await look(claim('kept'), 'cat /data/file')).toBe('kept\n');
    const { volumes } = await objectsOfNode(name, engine.endpoint);
    expect(volumes.filter((volume) => !volume.includes('_messages_'))).toEqual([`${name}_default_kept`]);
  });

  test.each(['shared', 'dir-shared'])('P26: two pods have one claim (%s), one of them for reading only', async (claimName) => {
    const volumeMounts = [{ name: 'data', mountPath: '/data' }];
    const writer = podFile({ volumes: [claim(claimName)], containers: [shell('main', 'echo hello > /data/file; until [ -e /data/stop ]; do sleep 0.1; done', { volumeMounts })] });
    const reader = podFile({ volumes: [claim(claimName, true)], containers: [shell('main', 'until [ -s /data/file ]; do sleep 0.1; done; cat /data/file; touch /data/x 2>&1 | grep -o "Read-only"', { volumeMounts })] });
    const [one, two] = await Promise.all([node.create(writer), node.create(reader)]);
    await two.untilPhase('Succeeded');
    expect(await two.log()).toBe('hello\nRead-only\n');
    await two.delete();
    await look(claim(claimName), 'touch /data/stop');
    await one.untilPhase('Succeeded');
    await one.delete();
  });

  test('P26: a directory of the host is made where it is not there, and kept', async () => {
    expect(await look(claim('dir-new'), 'stat -c "%a %u" /data; echo mine > /data/file')).toBe('755 0\n');
    expect(readFileSync(join(root, 'default/dir-new/file'), 'utf8')).toBe('mine\n');
  });

  test('P26: what the operator gives for reading only is for reading only', async () => {
    mkdirSync(join(root, 'reference'));
    writeFileSync(join(root, 'reference/table'), 'rows\n');
    expect(await look(claim('reference'), 'cat /data/table; touch /data/x 2>&1 | grep -o "Read-only"')).toBe('rows\nRead-only\n');
  });

  test('P26: the block device behind a claim is a device of the containers that want it, for reading only where the claim is', async () => {
    // The number of the first RAM disk, which need not be there: what counts is that it arrives.
    execFileSync('mknod', [join(root, 'disk'), 'b', '1', '0']);
    const volumeDevices = [{ name: 'data', devicePath: '/dev/data' }];
    const show = '[ -b /dev/data ] && stat -c "%t:%T" /dev/data';
    const spec = { securityContext: { fsGroup: 4321 }, initContainers: [shell('init', show, { volumeDevices }), shell('other', '[ ! -e /dev/data ]')], containers: [shell('main', show, { volumeDevices })] };
    for (const readOnly of [false, true]) {
      const pod = await node.create(podFile({ volumes: [claim('disk', readOnly)], ...spec }));
      await pod.untilPhase('Succeeded');
      expect([await pod.log('init'), await pod.log('main')]).toEqual(['1:0\n', '1:0\n']);
      const { HostConfig } = (await call(engine.endpoint, 'GET', `/containers/${await idOf(pod, 'main')}/json`)).json() as { HostConfig: { Devices: object[] } };
      expect(HostConfig.Devices).toEqual([{ PathOnHost: join(root, 'disk'), PathInContainer: '/dev/data', CgroupPermissions: readOnly ? 'r' : 'rw' }]);
      await pod.delete();
    }
  });

  test('P26: a claim that nothing is for is refused by name', async () => {
    const pod = podFile({ volumes: [claim('x')], containers: [shell('main', 'true')] }, { namespace: 'other' });
    await expect(node.create(pod)).rejects.toThrow(/persistentVolumeClaim\.claimName.*"other\/x".*Volumes\.Claims/);
  });

  test.each(['grouped', 'dir-grouped'])('P44: files of a claim (%s) are given to the group of the pod, by its policy', async (claimName) => {
    const context = (fsGroupChangePolicy?: string): Partial<PodSpec> => ({ securityContext: { fsGroup: 4321, runAsUser: 1234, ...(fsGroupChangePolicy && { fsGroupChangePolicy }) } });
    await look(claim(claimName), 'mkdir /data/sub; echo x > /data/sub/private; chmod 600 /data/sub/private; ln -s /etc/passwd /data/link; chmod 755 /data');
    const seen = 'stat -c "%a %u:%g %n" /data /data/sub /data/sub/private; echo mine > /data/sub/mine && stat -c "%u:%g" /data/sub/mine; rm /data/sub/mine';
    expect(await look(claim(claimName), seen, context())).toBe('2775 0:4321 /data\n2775 0:4321 /data/sub\n660 0:4321 /data/sub/private\n1234:4321\n');
    await look(claim(claimName), 'chmod 600 /data/sub/private');
    expect(await look(claim(claimName), 'stat -c %a /data/sub/private', context('OnRootMismatch'))).toBe('600\n');
    expect(await look(claim(claimName), 'stat -c %a /data/sub/private', context('Always'))).toBe('660\n');
  });

  test('P44: a link that a pod left in a claim leads the group no further than the claim', async () => {
    const outside = join(root, 'outside');
    const secret = join(outside, 'secret');
    mkdirSync(outside);
    writeFileSync(secret, '', { mode: 0o600 });
    const directory = join(root, 'default/dir-links');
    mkdirSync(directory, { recursive: true });
    symlinkSync(outside, join(directory, 'to-directory'));
    symlinkSync(secret, join(directory, 'to-file'));
    await look(claim('dir-links'), 'true', { securityContext: { fsGroup: 4321 } });
    expect([outside, secret].map((path) => statSync(path).gid)).toEqual([0, 0]);
    expect(statSync(secret).mode & 0o777).toBe(0o600);
    expect(lstatSync(join(directory, 'to-file')).gid).toBe(4321);
  });

  test('P44: a claim for reading only is left as it is', async () => {
    const directory = join(root, 'default/dir-untouched');
    mkdirSync(directory, { recursive: true });
    chmodSync(directory, 0o755);
    chownSync(directory, 0, 0);
    expect(await look(claim('dir-untouched', true), 'stat -c "%a %g" /data', { securityContext: { fsGroup: 4321 } })).toBe('755 0\n');
  });
});
