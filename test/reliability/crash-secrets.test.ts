import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine, isEngineError } from '../../src/engine/index.js';
import { CrashScene, crashPoints } from '../support/crash-scene.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { podFile, shell, type TestPod } from '../support/test-node.js';
import { sampled, SEED } from '../support/thorough.js';

jest.setTimeout(1_800_000);

/** Of the plain scenarios more is tried each time; here what lies in memory is new. */
const EVERY = 4;
const VALUE = 'hunter2';
const POD = podFile({
  volumes: [{ name: 'secret', secret: { secretName: 'access' } }],
  containers: [shell('main', 'cat /secret/key; exec sleep 1000', { volumeMounts: [{ name: 'secret', mountPath: '/secret' }] })],
}, { secrets: [{ metadata: { name: 'access', namespace: 'default' }, data: { key: Buffer.from(`${VALUE}\n`).toString('base64') } }] });

describeWithEngine('a plugin that keeps secret files in memory, killed at every engine call', (engine) => {
  const directory = mkdtempSync(join(tmpdir(), 'keys-'));
  const RecordKeyFile = join(directory, 'keys');
  let scene: CrashScene;
  beforeAll(async () => {
    writeFileSync(RecordKeyFile, randomBytes(32).toString('base64'));
    chmodSync(RecordKeyFile, 0o600);
    scene = await CrashScene.open(engine, { file: POD, env: { SECRETS: 'memory', RECORDKEYFILE: RecordKeyFile } });
  });
  afterAll(async () => {
    await scene.close();
    rmSync(directory, { recursive: true });
  });

  /** Nothing of the pod on the engine, and nothing in the memory that the holder keeps. */
  async function isGone(pod: TestPod): Promise<true | undefined> {
    if ((await scene.leftoversOf(pod)) > 0) return undefined;
    const real = connectEngine('socketPath' in engine.endpoint ? { kind: 'socket', path: engine.endpoint.socketPath } : { kind: 'tcp', ...engine.endpoint });
    try {
      await real.statPath(`interlink_secrets_${scene.node}`, `/s/${pod.uid}`);
      return undefined;
    } catch (error) {
      if (!isEngineError(error, 'NotFound')) throw error;
      return true;
    }
  }

  test(`of a create: accepted is started with its files, not accepted leaves none (SEED=${SEED})`, async () => {
    const first = scene.newPod();
    await scene.caller.create(first.body);
    const probe = scene.newPod();
    const count = await scene.callsOf(() => scene.caller.create(probe.body));
    await Promise.all([first.delete(), probe.delete()]);
    for (const { k, moment } of sampled(crashPoints(count), EVERY)) {
      const pod = scene.newPod();
      let answered = false;
      await scene.killedAt(k, moment, async () => (answered = await scene.caller.create(pod.body).then(() => true, () => false)));
      const present = answered || (await scene.leftoversOf(pod)) > 0;
      if (present) await pod.untilLogged(VALUE);
      await pod.delete().catch(() => undefined);
      await eventually(() => isGone(pod)).catch((cause: unknown) => {
        throw new Error(`killed ${moment} call ${k} of ${count}: something of the pod is left`, { cause });
      });
    }
  });

  test(`of a delete: no file stays in memory (SEED=${SEED})`, async () => {
    const probe = scene.newPod();
    await scene.caller.create(probe.body);
    await probe.untilLogged(VALUE);
    const count = await scene.callsOf(() => probe.delete());
    for (const { k, moment } of sampled(crashPoints(count), EVERY)) {
      const pod = scene.newPod();
      await scene.caller.create(pod.body);
      await pod.untilLogged(VALUE);
      await scene.killedAt(k, moment, () => pod.delete().catch(() => undefined));
      await eventually(() => isGone(pod)).catch((cause: unknown) => {
        throw new Error(`killed ${moment} call ${k} of ${count}: something of the pod is left`, { cause });
      });
    }
  });
});
