import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIRST_VIEW, PluginRefused, toDeletePod } from '../../src/caller/index.js';
import { CrashScene, MOMENTS } from '../support/crash-scene.js';
import { describeWithEngine, objectsOf } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { podFile, shell, type TestPod } from '../support/test-node.js';

jest.setTimeout(900_000);

const host = mkdtempSync(join(tmpdir(), 'crash-volumes-'));

/** A pod with what a helper makes before it is accepted, and what one makes ready before its containers come. */
const POD = podFile({
  securityContext: { fsGroup: 4321 },
  volumes: [
    { name: 'log', hostPath: { path: join(host, 'log'), type: 'FileOrCreate' } },
    { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'memory', emptyDir: { medium: 'Memory' } },
    { name: 'settings', configMap: { name: 'settings' } },
  ],
  containers: [shell('main', 'echo $(stat -c %g /data) $(cat /word) > /m/seen; cat /m/seen; exec sleep 1000', {
    volumeMounts: [{ name: 'log', mountPath: '/log' }, { name: 'data', mountPath: '/data' }, { name: 'memory', mountPath: '/m' }, { name: 'settings', mountPath: '/word', subPath: 'word' }],
  })],
}, { configMaps: [{ metadata: { name: 'settings', namespace: 'default' }, data: { word: 'here\n' } }] });

describeWithEngine('a plugin killed at every engine call of a pod with claims and paths of the host', (engine) => {
  let scene: CrashScene;
  beforeAll(async () => {
    mkdirSync(join(host, 'claims'));
    scene = await CrashScene.open(engine, { file: POD, env: { VOLUMES_CLAIMS: `*/*=${host}/claims/{claim}`, PODSECURITY_HOSTPATHS: join(host, 'log') } });
  });
  afterAll(async () => {
    await scene.close();
    rmSync(host, { recursive: true, force: true });
  });

  async function expectWhole(pod: TestPod): Promise<void> {
    const { containers } = await pod.untilPhase('Running');
    expect(containers.map(({ restartCount }) => restartCount)).toEqual([0]);
    await eventually(async () => (await pod.log('main')) !== '');
    expect(await pod.log('main')).toBe('4321 here\n');
  }

  const helpers = async (): Promise<number> => {
    const all = await objectsOf(`interlink.eu/node=${scene.node}`, engine.endpoint);
    const accounted = await objectsOf('io.kubernetes.docker.type=helper', engine.endpoint);
    return all.containers.filter((id) => accounted.containers.includes(id)).length;
  };

  test('P100: accepted is started, not accepted leaves nothing, no helper stays, and what is not the pod\'s is kept', async () => {
    const probe = scene.newPod();
    const count = await scene.callsOf(async () => {
      await scene.caller.create(probe.body);
      await probe.untilPhase('Running');
    });
    await probe.delete();
    let kills = 0;
    for (let k = 1; k <= count; k++) {
      for (const moment of MOMENTS) {
        const pod = scene.newPod();
        let answered = false;
        const killed = await scene.killedAt(k, moment, async () => {
          answered = await scene.caller.create(pod.body).then(() => true, () => false);
          // The rest of the start goes on by itself: until the kill, or the end of it.
          if (answered) await eventually(async () => !scene.plugin.isRunning || (await pod.untilPhase('Running', 200)) !== undefined).catch(() => undefined);
        });
        if (killed) kills++;
        const present = answered || (await scene.leftoversOf(pod)) > 0;
        if (present) await expectWhole(pod).catch((cause: unknown) => {
          throw new Error(`killed ${moment} call ${k}, create ${answered ? 'answered' : 'cut'}`, { cause });
        });
        await scene.caller.delete(toDeletePod(pod.pod, pod.jobId, FIRST_VIEW, new Date())).catch((error: unknown) => {
          if (!(error instanceof PluginRefused && error.status === 404 && !present)) throw error;
        });
        expect({ k, moment, left: await scene.leftoversOf(pod) }).toEqual({ k, moment, left: 0 });
        // A plugin that starts tries its engine, with a helper too.
        await eventually(async () => (await helpers()) === 0);
      }
    }
    expect(kills).toBeGreaterThan(count);
    expect([existsSync(join(host, 'claims/data')), readFileSync(join(host, 'log'), 'utf8')]).toEqual([true, '']);
  });
});
