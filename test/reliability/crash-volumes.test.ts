import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CrashScene } from '../support/crash-scene.js';
import { describeWithEngine, objectsOf } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { podFile, shell, type TestPod } from '../support/test-node.js';
import { SEED } from '../support/thorough.js';

jest.setTimeout(1_800_000);

/** Of the plain create all calls are tried each time; here the helpers' calls are what is new. */
const EVERY = 4;
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

  test(`P100: accepted is started, not accepted leaves nothing, no helper stays, and what is not the pod's is kept (SEED=${SEED})`, async () => {
    // A plugin that starts tries its engine, with a helper too.
    const { points, kills } = await scene.killInCreate({ every: EVERY, expectWhole, afterEach: () => eventually(async () => (await helpers()) === 0) });
    expect(kills).toBeGreaterThan(points / 2);
    expect([existsSync(join(host, 'claims/data')), readFileSync(join(host, 'log'), 'utf8')]).toEqual([true, '']);
  });
});
