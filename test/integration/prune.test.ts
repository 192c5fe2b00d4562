import { ensureBusybox } from '../support/busybox.js';
import { call } from '../support/endpoint.js';
import { purgeNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { describeWithOwnEngine, OwnEngine } from '../support/own-engine.js';
import { SAY_ADDRESS, untilTerm } from '../support/pod-scripts.js';
import { SteeredNode } from '../support/steered-node.js';
import { podFile, shell, shellPod, type TestPod } from '../support/test-node.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(240_000);

const NOTHING = { containers: 0, volumes: 0 };
/** Where the engine's own registry would be: nobody listens there, or somebody who says nothing. */
const REGISTRY_PORT = 5000;
const HELD_IMAGE = `127.0.0.1:${REGISTRY_PORT}/held:1`;
const LATE_IMAGE = '127.0.0.1:5001/late:1';
const PULL_BACK_OFF_MS = 10_000;

let engine: OwnEngine;
let node: SteeredNode;

async function post(path: string, body?: unknown): Promise<string> {
  const answer = await call(engine.endpoint, 'POST', path, { body });
  if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  return answer.text;
}

/** What `docker system prune --force` does. */
async function systemPrune(): Promise<void> {
  for (const kind of ['containers', 'networks', 'images']) await post(`/${kind}/prune`);
}

/** The image comes to the engine by another way than a pull. */
async function bring(image: string): Promise<void> {
  const [, repo, tag] = /^(.*):(.*)$/.exec(image) ?? [];
  await post(`/images/busybox:1.36/tag?repo=${encodeURIComponent(repo ?? '')}&tag=${tag ?? ''}`);
}

/** A registry that takes connections and says nothing, as an unlabelled container. @returns how to end it */
async function holdPulls(): Promise<() => Promise<void>> {
  const config = { Image: 'busybox:1.36', Cmd: ['nc', '-ll', '-p', String(REGISTRY_PORT), '-e', 'sleep', '1000'], HostConfig: { NetworkMode: 'host' } };
  const { Id } = JSON.parse(await post('/containers/create', config)) as { Id: string };
  await post(`/containers/${Id}/start`);
  return async () => void (await call(engine.endpoint, 'DELETE', `/containers/${Id}?force=1`));
}

async function containerIdOf(pod: TestPod, name = 'main'): Promise<string> {
  return ((await pod.containerStatus(name)).containerID ?? '').replace('docker://', '');
}

async function firstLine(pod: TestPod, container = ''): Promise<string> {
  return eventually(async () => /^(.+)\n/.exec(await pod.log(container))?.[1]);
}

/** A pod that is over comes and goes: whatever a prune made the plugin do has been begun by then. */
async function passTime(): Promise<void> {
  node.clock.wake(60_000);
  const pod = await node.create(shellPod('true'));
  await pod.untilPhase('Succeeded');
  await pod.delete();
}

const withImage = (image: string) => podFile({ restartPolicy: 'Always', containers: [{ ...shell('main', untilTerm(0)), image, imagePullPolicy: 'IfNotPresent' }] });
const running = (script = untilTerm(0)) => shellPod(`${SAY_ADDRESS}; echo $WORD; ${script}`, { restartPolicy: 'Always', containers: [shell('main', `${SAY_ADDRESS}; echo $WORD; ${script}`, { env: [{ name: 'WORD', value: 'a $(b) "c"' }] })] });

function pair() {
  const say = (name: string) => shell(name, `${SAY_ADDRESS}; ${untilTerm(0)}`);
  return podFile({ restartPolicy: 'Always', initContainers: [shell('init', 'true')], containers: [say('one'), say('two')] });
}

function withVolumes() {
  const volumeMounts = [{ name: 'work', mountPath: '/work' }, { name: 'settings', mountPath: '/settings' }];
  return podFile(
    {
      restartPolicy: 'Always',
      volumes: [{ name: 'work', emptyDir: {} }, { name: 'settings', configMap: { name: 'settings' } }],
      containers: [shell('main', `echo run >> /work/runs; cat /work/runs /settings/word; ${untilTerm(0)}`, { volumeMounts })],
    },
    { configMaps: [{ metadata: { name: 'settings', namespace: 'default' }, data: { word: 'word\n' } }] },
  );
}

const isUp = ({ containers }: { containers: readonly { state?: { running?: object } }[] }): boolean => containers.every(({ state }) => state?.running !== undefined);

describeWithOwnEngine('an operator prunes the engine', () => {
  beforeAll(async () => {
    engine = await OwnEngine.start();
  }, 120_000);
  afterAll(async () => {
    await engine.remove();
  }, 120_000);
  beforeEach(async () => {
    if (!engine.isRunning) await engine.start();
    await ensureBusybox(engine.endpoint);
    node = await SteeredNode.start({ socketPath: engine.socketPath });
  });
  afterEach(async () => {
    if (!engine.isRunning) await engine.start();
    await node.stop();
    await purgeNode(node.name, engine.endpoint);
    await call(engine.endpoint, 'DELETE', '/networks/somebody-else');
  });

  describe('with the plugin up', () => {
    test('running pods keep running and stay reported, and go without a trace', async () => {
      const pods = [await node.create(running()), await node.create(pair()), await node.create(withVolumes())];
      for (const pod of pods) await pod.until(isUp);
      const before = await Promise.all(pods.map(async (pod) => (await pod.status()).containers));
      await systemPrune();
      await passTime();
      await systemPrune();
      await passTime();
      expect(await Promise.all(pods.map(async (pod) => (await pod.status()).containers))).toEqual(before);
      for (const pod of pods) {
        await pod.delete();
        expect(await node.leftoversOf(pod)).toEqual(NOTHING);
      }
    });

    test('a pruned sandbox is made again: the pod outlives the plugin too', async () => {
      const pod = await node.create(running());
      await pod.until(isUp);
      const before = (await pod.status()).containers;
      await systemPrune();
      await untilHolds(async () => expect(await node.leftoversOf(pod)).toEqual({ containers: 2, volumes: 0 }));
      await node.stop();
      node = await SteeredNode.start({ socketPath: engine.socketPath, node: node.name });
      const known = node.know(pod);
      await known.until(isUp);
      expect((await known.status()).containers).toEqual(before);
      await known.delete();
      expect(await node.leftoversOf(pod)).toEqual(NOTHING);
    });

    test.each<[phase: 'Succeeded' | 'Failed', exitCode: number]>([['Succeeded', 0], ['Failed', 3]])('a pod that has ended stays %s and does not run again', async (phase, exitCode) => {
      const pod = await node.create(
        podFile({ volumes: [{ name: 'work', emptyDir: {} }], containers: [shell('main', `echo once; exit ${exitCode}`, { volumeMounts: [{ name: 'work', mountPath: '/work' }] }), shell('other', 'exit 0')] }),
      );
      await pod.untilPhase(phase);
      const before = await pod.status();
      await systemPrune();
      await passTime();
      const fresh = node.know(pod);
      expect(await fresh.status()).toEqual(before);
      expect(fresh.view.phase).toBe(phase);
      expect(before.containers[0]).toMatchObject({ restartCount: 0, state: { terminated: { exitCode } } });
      expect(await pod.log('main')).toBe('');
      await pod.delete();
      expect(await node.leftoversOf(pod)).toEqual(NOTHING);
    });

    test('a pod in back-off keeps its restart count and its last end, and starts again when it is over', async () => {
      const pod = await node.create(shellPod('exit 4', { restartPolicy: 'Always' }));
      const { containers } = await pod.until((status) => status.containers[0]?.state?.waiting?.reason === 'CrashLoopBackOff');
      await systemPrune();
      await passTime();
      expect((await pod.status()).containers).toEqual(containers);
      const after = await pod.until((status) => (status.containers[0]?.restartCount ?? 0) > 1);
      expect(after.containers[0]).toMatchObject({ restartCount: 2, lastState: { terminated: { exitCode: 4 } } });
      await pod.delete();
      expect(await node.leftoversOf(pod)).toEqual(NOTHING);
    });

    test('a pod that is pulling starts when its image has come', async () => {
      const release = await holdPulls();
      const pod = await node.create(withImage(HELD_IMAGE));
      const late = await node.create(withImage(LATE_IMAGE));
      await late.until((status) => /^ErrImagePull|^ImagePullBackOff/.test(status.containers[0]?.state?.waiting?.reason ?? ''));
      expect((await pod.status()).containers[0]?.state?.waiting?.reason).toBe('ContainerCreating');
      await systemPrune();
      await passTime();
      expect((await pod.status()).containers[0]?.state?.waiting?.reason).toBe('ContainerCreating');
      await bring(HELD_IMAGE);
      await bring(LATE_IMAGE);
      await release();
      await pod.until((status) => /^ErrImagePull|^ImagePullBackOff/.test(status.containers[0]?.state?.waiting?.reason ?? ''));
      node.clock.advance(PULL_BACK_OFF_MS);
      for (const one of [pod, late]) {
        expect((await one.until(isUp)).containers[0]?.restartCount).toBe(0);
        await one.delete();
        expect(await node.leftoversOf(one)).toEqual(NOTHING);
      }
    });

    test('a network that is gone under a dead container is made again, and the address is the same', async () => {
      const loop = podFile({ restartPolicy: 'Always', containers: [shell('main', `${SAY_ADDRESS}; exit 1`)] }, { namespace: 'lonely' });
      const pod = await node.create(loop);
      await pod.until((status) => status.containers[0]?.state?.waiting?.reason === 'CrashLoopBackOff');
      const address = await firstLine(pod);
      expect(await post('/networks/prune')).toContain('_lonely');
      node.clock.advance(10_000);
      await pod.until((status) => (status.containers[0]?.restartCount ?? 0) >= 2 && status.containers[0]?.state?.waiting?.reason === 'CrashLoopBackOff');
      expect([await firstLine(pod), address]).toEqual([address, expect.stringMatching(/^10\.220\./)]);
      await pod.delete();
    });

    test('a network that is gone under a pod that has not started is made again; two pods have two addresses', async () => {
      const image = '127.0.0.1:5001/later:1';
      const file = podFile({ restartPolicy: 'Always', containers: [{ ...shell('main', `${SAY_ADDRESS}; ${untilTerm(0)}`), image, imagePullPolicy: 'IfNotPresent' }] }, { namespace: 'empty' });
      const first = await node.create(file);
      await first.until((status) => /ImagePull/.test(status.containers[0]?.state?.waiting?.reason ?? ''));
      expect(await post('/networks/prune')).toContain('_empty');
      await bring(image);
      const second = await node.create(file);
      await second.until(isUp);
      node.clock.advance(PULL_BACK_OFF_MS);
      await first.until(isUp);
      const addresses = [await firstLine(first), await firstLine(second)];
      expect(new Set(addresses).size).toBe(2);
      for (const pod of [first, second]) await pod.delete();
    });

    test('a new namespace does not take the subnet of a pruned network that pods have addresses of', async () => {
      const sayer = (namespace: string) => podFile({ restartPolicy: 'Always', containers: [shell('main', `${SAY_ADDRESS}; ${namespace === 'new' ? untilTerm(0) : 'exit 1'}`)] }, { namespace });
      const old = await node.create(sayer('old'));
      await old.until((status) => status.containers[0]?.state?.waiting?.reason === 'CrashLoopBackOff');
      const address = await firstLine(old);
      expect(await post('/networks/prune')).toContain('_old');
      const pod = await node.create(sayer('new'));
      await pod.until(isUp);
      expect(await firstLine(pod)).not.toBe(address);
      await old.until((status) => (status.containers[0]?.restartCount ?? 0) >= 2 && status.containers[0]?.state?.waiting?.reason === 'CrashLoopBackOff');
      expect((await old.status()).containers[0]?.lastState?.terminated?.exitCode).toBe(1);
      expect(await firstLine(old)).toBe(address);
    });

    test('a namespace whose network was pruned and whose subnet somebody else took since gets another one', async () => {
      const file = () => podFile({ containers: [shell('main', SAY_ADDRESS)] }, { namespace: 'moved' });
      const first = await node.create(file());
      await first.untilPhase('Succeeded');
      const address = await firstLine(first);
      await first.delete();
      expect(await post('/networks/prune')).toContain('_moved');
      const Subnet = `${address.split('.').slice(0, 2).join('.')}.0.0/20`;
      await post('/networks/create', { Name: 'somebody-else', IPAM: { Config: [{ Subnet }] } });
      const second = await node.create(file());
      const { containers } = await second.until((status) => status.containers[0]?.state?.terminated !== undefined);
      expect(containers[0]?.state?.terminated).toMatchObject({ exitCode: 0 });
      expect(await firstLine(second)).toMatch(/^10\.220\./);
    });

    test('the sandbox image goes too: pods are created as before', async () => {
      await post(`/images/prune?filters=${encodeURIComponent(JSON.stringify({ dangling: ['false'] }))}`);
      await call(engine.endpoint, 'DELETE', '/images/interlink-docker/sandbox:2?force=1');
      await ensureBusybox(engine.endpoint);
      await systemPrune();
      const pod = await node.create(pair());
      await pod.until(isUp);
      await pod.delete();
      expect(await node.leftoversOf(pod)).toEqual(NOTHING);
    });
  });

  describe('and the volumes, under a pod that waits for its image', () => {
    let proxy: FaultProxy;
    let slow: SteeredNode;
    beforeEach(async () => {
      proxy = await FaultProxy.start(engine.endpoint);
      slow = await SteeredNode.start({ socketPath: proxy.socketPath, engine: engine.endpoint, podCidr: '10.222.0.0/16' });
    });
    afterEach(async () => {
      await slow.stop();
      await proxy.stop();
      await purgeNode(slow.name, engine.endpoint);
    });

    /** What `docker system prune --force --volumes` does, while the plugin cannot make the sandbox again. */
    async function pruneAll(): Promise<void> {
      let release: () => void = () => undefined;
      const isOver = new Promise<void>((resolve) => (release = resolve));
      let isWaiting = false;
      const end = proxy.beforeCall(({ method, path }) => method === 'POST' && path === '/containers/create', async () => {
        isWaiting = true;
        await isOver;
      });
      await post('/containers/prune');
      await eventually(() => isWaiting);
      await post('/volumes/prune');
      end();
      release();
    }

    const waiting = (file: ReturnType<typeof withVolumes>, image: string) => ({
      ...file,
      pod: { ...file.pod, spec: { ...file.pod.spec, containers: file.pod.spec.containers.map((container) => ({ ...container, image, imagePullPolicy: 'Never' })) } },
    });

    test('its files are gone: it says so, before and after a restart of the plugin, and never runs without them', async () => {
      const image = 'late-with-files:1';
      let pod = await slow.create(waiting(withVolumes(), image));
      await pod.until((status) => status.containers[0]?.state?.waiting?.reason === 'ErrImageNeverPull');
      await pruneAll();
      await bring(image);
      slow.clock.wake(60_000);
      const isTold = () => pod.until((status) => /files of the volume "settings" were removed/.test(status.containers[0]?.state?.waiting?.message ?? ''));
      await isTold();
      await slow.stop();
      slow = await SteeredNode.start({ socketPath: proxy.socketPath, engine: engine.endpoint, podCidr: '10.222.0.0/16', node: slow.name });
      pod = slow.know(pod);
      await untilHolds(async () => void (await pod.status()));
      await isTold();
      await pod.delete();
      expect(await slow.leftoversOf(pod)).toEqual(NOTHING);
    });

    test('it has no files: it runs', async () => {
      const image = 'late-without:1';
      const pod = await slow.create(waiting(podFile({ volumes: [{ name: 'work', emptyDir: {} }], containers: [shell('main', `touch /work/x; ${untilTerm(0)}`, { volumeMounts: [{ name: 'work', mountPath: '/work' }] })] }), image));
      await pod.until((status) => status.containers[0]?.state?.waiting?.reason === 'ErrImageNeverPull');
      await pruneAll();
      await bring(image);
      slow.clock.wake(60_000);
      await pod.until(isUp);
      await pod.delete();
    });
  });

  describe('with the plugin down', () => {
    /** The plugin goes, `act` happens, and a plugin of the same node comes. */
    async function without(act: () => Promise<unknown>): Promise<void> {
      await node.stop();
      await act();
      node = await SteeredNode.start({ socketPath: engine.socketPath, node: node.name });
      await untilHolds(async () => void (await node.caller.status([node.newPod(shellPod('true')).pod])));
    }

    test.each<[name: string, file: () => ReturnType<typeof podFile>]>([['one container', running], ['several', pair], ['volumes', withVolumes]])('a running pod is adopted from the next /status, and goes without a trace: %s', async (_name, file) => {
      const pod = await node.create(file());
      await pod.until(isUp);
      const before = await pod.status();
      await without(systemPrune);
      const known = node.know(pod);
      expect((await known.status()).containers).toEqual(before.containers);
      await untilHolds(async () => expect((await node.leftoversOf(pod)).containers).toBeGreaterThan(1));
      expect((await known.status()).containers).toEqual(before.containers);
      await known.delete();
      expect(await node.leftoversOf(pod)).toEqual(NOTHING);
    });

    test('an adopted pod is restarted as it was: address, environment, files', async () => {
      const plain = await node.create(running());
      const files = await node.create(withVolumes());
      for (const pod of [plain, files]) await pod.until(isUp);
      const said = await eventually(async () => /^.+\n.+\n/.exec(await plain.log())?.[0]);
      await without(systemPrune);
      const known = [node.know(plain), node.know(files)];
      for (const pod of known) {
        await pod.until(isUp);
        await untilHolds(async () => expect((await node.leftoversOf(pod)).containers).toBe(2));
        await post(`/containers/${await containerIdOf(pod)}/kill`);
        await pod.until((status) => isUp(status) && status.containers[0]?.restartCount === 1);
      }
      await untilHolds(async () => expect(await Promise.all(known.map((pod) => pod.log()))).toEqual([said, 'run\nrun\nword\n']));
      for (const pod of known) {
        await pod.delete();
        expect(await node.leftoversOf(pod)).toEqual(NOTHING);
      }
    });

    test('a /delete is the first that comes for such a pod: all of it goes', async () => {
      const pods = [await node.create(running()), await node.create(pair()), await node.create(withVolumes())];
      for (const pod of pods) await pod.until(isUp);
      await without(systemPrune);
      for (const pod of pods) {
        await node.know(pod).delete();
        expect(await node.leftoversOf(pod)).toEqual(NOTHING);
      }
    });

    test('a /delete comes while the plugin does not know its engine yet: all of it goes', async () => {
      const pod = await node.create(running());
      await pod.until(isUp);
      await node.stop();
      await systemPrune();
      await engine.stop('SIGKILL');
      node = await SteeredNode.start({ socketPath: engine.socketPath, node: node.name });
      const deleted = node.know(pod).delete();
      await eventually(() => node.hasOnDisk(pod));
      await engine.start();
      await deleted;
      await untilHolds(async () => expect(await node.leftoversOf(pod)).toEqual(NOTHING));
    });

    test('a new pod does not get the address of one that is not adopted yet', async () => {
      const file = podFile({ containers: [shell('main', `${SAY_ADDRESS}; ${untilTerm(0)}`)] }, { namespace: 'addresses' });
      const old = await node.create(file);
      await old.until(isUp);
      const address = await firstLine(old);
      await without(systemPrune);
      const pod = await node.create(file);
      await pod.until((status) => status.containers[0]?.state?.waiting === undefined);
      expect((await pod.status()).containers[0]?.state).toMatchObject({ running: {} });
      expect(await firstLine(pod)).not.toBe(address);
      for (const one of [node.know(old), pod]) await one.delete();
    });

    test('a pod of which nothing is left is unknown, 137', async () => {
      const done = await node.create(shellPod('exit 0'));
      const looping = await node.create(shellPod('exit 1', { restartPolicy: 'Always' }));
      await done.until((status) => status.containers[0]?.state?.terminated !== undefined);
      await looping.until((status) => status.containers[0]?.state?.waiting?.reason === 'CrashLoopBackOff');
      await without(systemPrune);
      for (const pod of [done, looping]) {
        const known = node.know(pod);
        const { containers } = await known.status();
        expect(containers[0]?.state?.terminated).toMatchObject({ exitCode: 137, message: expect.stringMatching(/^ContainerStatusUnknown: /) as string });
        expect(known.view.phase).toBe('Failed');
        await known.delete().catch((error: unknown) => expect(error).toMatchObject({ status: 404 }));
        expect(await node.leftoversOf(pod)).toEqual(NOTHING);
      }
    });

    test('one container of a pod is left: it is reported, the other one does not run again', async () => {
      const pod = await node.create(podFile({ containers: [shell('stays', untilTerm(0)), shell('goes', 'echo ran')] }));
      await pod.until(({ containers }) => containers[0]?.state?.running !== undefined && containers[1]?.state?.terminated !== undefined);
      const sandbox = ((await call(engine.endpoint, 'GET', `/containers/json?filters=${encodeURIComponent(JSON.stringify({ label: [`io.kubernetes.pod.uid=${pod.uid}`, 'io.kubernetes.docker.type=podsandbox'] }))}`)).json() as { Id: string }[])[0]?.Id ?? '';
      await without(async () => {
        await call(engine.endpoint, 'DELETE', `/containers/${sandbox}?force=1`);
        await systemPrune();
      });
      const known = node.know(pod);
      const { containers } = await known.untilPhase('Failed');
      expect(containers.every(({ state }) => state?.terminated !== undefined)).toBe(true);
      await passTime();
      expect(await known.log('goes')).toBe('');
      await known.delete();
      expect(await node.leftoversOf(pod)).toEqual(NOTHING);
    });

    test('the engine was restarted and its networks pruned: a pod of several containers comes back', async () => {
      const pod = await node.create({ ...pair() });
      await pod.until(isUp);
      const address = await firstLine(pod, 'one');
      await without(async () => {
        await engine.stop('SIGTERM');
        await engine.start();
        expect(await post('/networks/prune')).toContain('_default');
      });
      const known = node.know(pod);
      await known.until((status) => isUp(status) && status.containers.every(({ restartCount }) => restartCount > 0));
      expect(await firstLine(known, 'one')).toBe(address);
      await known.delete();
      expect(await node.leftoversOf(pod)).toEqual(NOTHING);
    });
  });
});
