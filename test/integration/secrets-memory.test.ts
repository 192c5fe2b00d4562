import { randomBytes } from 'node:crypto';
import type { PodFile } from '../../src/caller/index.js';
import { decodeRecord } from '../../src/docker/record/index.js';
import { parseRecordKeys } from '../../src/docker/secrets/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { HurriedClock } from '../support/hurried-clock.js';
import { describeWithOwnEngine, OwnEngine } from '../support/own-engine.js';
import { SteeredNode } from '../support/steered-node.js';
import { podFile, shell, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

const UNTIL_TIDIED_MS = 61_000;
const IN_MEMORY = { policy: { secretFiles: 'memory' }, recordKeys: parseRecordKeys(randomBytes(32).toString('base64')) } as const;
const VALUE = `hunter2-${randomBytes(6).toString('hex')}`;

const SECRETS: PodFile['secrets'] = [{ metadata: { name: 'access', namespace: 'default' }, data: { key: Buffer.from(VALUE).toString('base64') } }];
const VOLUMES = [
  { name: 'secret', secret: { secretName: 'access', defaultMode: 0o440 } },
  { name: 'mixed', projected: { sources: [{ secret: { name: 'access', items: [{ key: 'key', path: 'in/there' }] } }] } },
  { name: 'plain', configMap: { name: 'settings' } },
];
const MOUNTS = [...VOLUMES.map(({ name }) => ({ name, mountPath: `/v/${name}` })), { name: 'secret', mountPath: '/one/key', subPath: 'key' }];
const READ = 'cat /v/secret/key /v/mixed/in/there /one/key /v/plain/colour; echo; stat -L -c %a /v/secret/key; awk \'$2 ~ /^.(v|one)./ {print $2, $3}\' /proc/mounts | sort';
const MOUNTED = ['/one/key tmpfs', '/v/mixed tmpfs', '/v/plain ext4', '/v/secret tmpfs'];

function secretPod(script: string): PodFile {
  const container = shell('main', script, { volumeMounts: MOUNTS });
  return podFile({ restartPolicy: 'Always', volumes: VOLUMES, containers: [container] }, { secrets: SECRETS, configMaps: [{ metadata: { name: 'settings', namespace: 'default' }, data: { colour: 'red' } }] });
}

/** What a container that has run `READ` saw. */
async function seenBy(pod: TestPod): Promise<string[]> {
  const log = await eventually(async () => {
    const text = await pod.log();
    return text.includes('/v/secret ') ? text : undefined;
  });
  return log.trimEnd().split('\n');
}

function expectWhole([values, mode, ...mounts]: string[]): void {
  expect(values).toBe(`${VALUE}${VALUE}${VALUE}red`);
  expect(mode).toBe('440');
  expect(mounts.map((line) => line.replace(/(plain) \w+$/, '$1 ext4'))).toEqual(MOUNTED);
}

describeWithEngine('Secret files in memory', (engine) => {
  const clock = new HurriedClock();
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine, { ...IN_MEMORY, clock });
  });
  afterAll(() => node.remove());

  const holder = (): string => `interlink_secrets_${node.name}`;

  test('P55: lie on tmpfs, and nothing readable of them on the engine', async () => {
    const pod = await node.create(secretPod(`${READ}; sleep 1000`));
    expectWhole(await seenBy(pod));
    const volumes = await node.engine.listVolumes([`io.kubernetes.pod.uid=${pod.uid}`]);
    expect(volumes.map(({ Name }) => Name)).toEqual([`k8s_${node.name}_${pod.uid}_plain`]);
    const sandbox = await node.engine.inspectContainer(`k8s_POD_test_default_${pod.uid}_0`);
    const record = await decodeRecord(sandbox.Config.Env ?? []);
    expect(record.sealed).toMatch(/^[0-9a-f]{12}\./);
    expect(JSON.stringify([sandbox, record])).not.toContain(VALUE);
    await pod.delete();
  });

  test('are gone with their pod; the holder goes with the last of them', async () => {
    const [first, second] = await Promise.all([node.create(secretPod('sleep 1000')), node.create(secretPod('sleep 1000'))]);
    await first.untilPhase('Running');
    await first.delete();
    await expect(node.engine.statPath(holder(), `/s/${first.uid}`)).rejects.toMatchObject({ tag: 'NotFound' });
    expect(await node.engine.statPath(holder(), `/s/${second.uid}`)).toMatchObject({ kind: 'directory' });
    await second.delete();
    clock.advance(UNTIL_TIDIED_MS);
    await eventually(async () => ((await node.engine.listContainers([`interlink.eu/node=${node.name}`, 'io.kubernetes.docker.type=secrets'])).length === 0 ? true : undefined));
    // That for last words is for the next container, whichever it is.
    await eventually(async () => (await node.engine.listVolumes([`interlink.eu/node=${node.name}`])).every(({ Labels }) => Labels['io.kubernetes.docker.type'] === 'messages'));
  });

  test('are filled again for the next attempt when the holder was killed', async () => {
    const pod = await node.create(secretPod(`${READ}; [ -f /v/plain/colour ] && sleep 2; exit 0`));
    expectWhole(await seenBy(pod));
    await node.engine.removeContainer(holder());
    await pod.until(({ containers }) => (containers[0]?.restartCount ?? 0) > 0);
    expectWhole(await seenBy(pod));
    await pod.delete();
  });
});

describeWithOwnEngine('Secret files in memory, over a restart of the engine', () => {
  let engine: OwnEngine;
  beforeAll(async () => {
    engine = await OwnEngine.start();
    await ensureBusybox(engine.endpoint);
  }, 120_000);
  afterAll(() => engine.remove(), 120_000);

  test.each<[what: string, restartPlugin: boolean]>([
    ['under the same plugin', false],
    ['with a new plugin', true],
  ])('P55: the token is there for the restarted container, %s', async (_what, restartPlugin) => {
    let node = await SteeredNode.start({ socketPath: engine.socketPath, ...IN_MEMORY });
    try {
      const pod = await node.create(secretPod(`${READ}; sleep 1000`));
      expectWhole(await seenBy(pod));
      if (restartPlugin) await node.stop();
      await engine.stop('SIGTERM');
      await engine.start();
      if (restartPlugin) node = await SteeredNode.start({ socketPath: engine.socketPath, node: node.name, ...IN_MEMORY });
      const again = node.know(pod);
      await again.until(({ containers }) => (containers[0]?.restartCount ?? 0) > 0 && containers[0]?.state?.running !== undefined);
      expectWhole(await seenBy(again));
      await again.delete();
    } finally {
      await node.stop();
    }
  });
});
