import { randomUUID } from 'node:crypto';
import { makeStamp, PluginCaller, type PodFile, toCreateBody, toDeletePod } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, objectsOf, purgeLabel, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { startHoldingRegistry } from '../support/holding-registry.js';
import { PluginProcess } from '../support/plugin-process.js';
import { SAY_ADDRESS, untilTerm } from '../support/pod-scripts.js';
import { podFile, shell, shellPod, TestPod } from '../support/test-node.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(180_000);

const SANDBOX_IMAGE = 'interlink-docker/sandbox:2';
const FOREIGN = `interlink-docker-test=foreign-${process.pid}`;
const DEAF = "trap '' TERM; echo up; while :; do sleep 0.1; done";

describeWithEngine('a plugin that is killed and started again', (engine) => {
  const { endpoint } = engine;
  const node = uniqueNode('recovery');
  let plugin: PluginProcess;
  beforeAll(async () => {
    await ensureBusybox(endpoint);
    plugin = await PluginProcess.start({ dockerHost: engine.dockerHost, node });
    await untilReady();
  });
  afterAll(async () => {
    await plugin.remove();
    await purgeNode(node, endpoint);
    await purgeLabel(FOREIGN, endpoint);
  });
  beforeEach(async () => {
    if (!plugin.isRunning) await plugin.start();
    await untilReady();
  });

  const caller = (): PluginCaller => new PluginCaller(plugin.url);

  /** Until it knows what is on the engine. */
  async function untilReady(): Promise<void> {
    const { pod } = toCreateBody(shellPod('true'), makeStamp(new Date()));
    await untilHolds(async () => void (await caller().status([pod])));
  }

  async function create(file: PodFile): Promise<TestPod> {
    const body = toCreateBody(file, makeStamp(new Date()));
    const { PodJID } = await caller().create(body);
    return new TestPod(caller(), body, PodJID);
  }

  async function killAndStart(between: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
    await plugin.kill('SIGKILL');
    await between();
    await plugin.start();
    await untilReady();
  }

  async function leftoversOf(uid: string): Promise<number> {
    const { containers, volumes } = await objectsOf(`io.kubernetes.pod.uid=${uid}`, endpoint);
    return containers.length + volumes.length;
  }

  async function post(path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await call(endpoint, 'POST', path, { body });
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
    return answer.text === '' ? {} : (answer.json() as Record<string, unknown>);
  }

  const exists = async (path: string): Promise<boolean> => (await call(endpoint, 'GET', path)).status === 200;
  const firstLine = (pod: TestPod, container = ''): Promise<string> => eventually(async () => /^(.+)\n/.exec(await pod.log(container))?.[1]);

  describe('finds its pods', () => {
    test('running, ended, in back-off: all is reported as before', async () => {
      const pods = {
        plain: await create(shellPod(`${SAY_ADDRESS}; ${untilTerm(0)}`, { restartPolicy: 'Always' })),
        pair: await create(podFile({ initContainers: [shell('init', 'exit 0')], containers: [shell('one', untilTerm(0)), shell('two', untilTerm(0))] })),
        mixed: await create(podFile({ containers: [shell('runs', untilTerm(0)), shell('done', 'exit 3')] })),
        succeeded: await create(shellPod('exit 0')),
        failed: await create(shellPod('exit 42')),
        initFailed: await create(podFile({ initContainers: [shell('init', 'exit 9')], containers: [shell('main', 'true')] })),
        looping: await create(shellPod('exit 1', { restartPolicy: 'Always' })),
      };
      await pods.plain.untilPhase('Running');
      await pods.pair.until(({ containers }) => containers.every(({ state }) => state?.running !== undefined));
      await pods.mixed.until(({ containers }) => containers[0]?.state?.running !== undefined && containers[1]?.state?.terminated !== undefined);
      await pods.succeeded.untilPhase('Succeeded');
      await pods.failed.untilPhase('Failed');
      await pods.initFailed.untilPhase('Failed');
      await pods.looping.until(({ containers }) => containers[0]?.restartCount === 2 && containers[0].state?.waiting?.reason === 'CrashLoopBackOff');
      const before = await caller().status(Object.values(pods).map(({ pod }) => pod));
      expect(before.map(({ UID }) => UID)).toEqual(Object.values(pods).map(({ uid }) => uid));
      await killAndStart();
      expect(await caller().status(Object.values(pods).map(({ pod }) => pod))).toEqual(before);
      expect(before.at(-1)?.containers[0]?.state?.waiting?.message).toContain('back-off 20s');
      for (const pod of Object.values(pods)) {
        await pod.delete();
        expect(await leftoversOf(pod.uid)).toBe(0);
      }
    });

    test('what happened meanwhile is seen, counted and mended', async () => {
      const always = await create(shellPod(`${SAY_ADDRESS}; ${untilTerm(6)}`, { restartPolicy: 'Always' }));
      const never = await create(shellPod(`echo up; ${untilTerm(6)}`));
      for (const pod of [always, never]) await pod.untilPhase('Running');
      const address = await firstLine(always);
      await firstLine(never);
      const ids = await Promise.all([always, never].map(async (pod) => ((await pod.containerStatus('main')).containerID ?? '').slice('docker://'.length)));
      await killAndStart(() => Promise.all(ids.map((id) => post(`/containers/${id}/stop`))));
      const { containers } = await always.until((status) => status.containers[0]?.restartCount === 1 && status.containers[0].state?.running !== undefined);
      expect(containers[0]?.lastState?.terminated?.exitCode).toBe(6);
      expect(await firstLine(always)).toBe(address);
      expect((await never.untilPhase('Failed')).containers[0]?.state?.terminated?.exitCode).toBe(6);
      for (const pod of [always, never]) await pod.delete();
    });

    test('an end that somebody else caused is not a success after it either', async () => {
      const pod = await create(shellPod(`echo up; ${untilTerm(0)}`));
      await firstLine(pod);
      await post(`/containers/${((await pod.containerStatus('main')).containerID ?? '').slice('docker://'.length)}/stop`);
      const { containers } = await pod.untilPhase('Failed');
      await killAndStart();
      const known = new TestPod(caller(), pod.body, pod.jobId);
      expect((await known.status()).containers).toEqual(containers);
      expect(containers[0]?.state?.terminated?.exitCode).toBe(143);
      await pod.delete();
    });

    test('a pod that is pulling goes on pulling, and starts', async () => {
      const registry = await startHoldingRegistry();
      const pod = await create(podFile({ restartPolicy: 'Always', containers: [{ ...shell('main', untilTerm(0)), image: registry.image, imagePullPolicy: 'IfNotPresent' }] }));
      await eventually(() => registry.requests.length > 0);
      const asked = registry.requests.length;
      await killAndStart();
      await eventually(() => registry.requests.length > asked);
      expect((await pod.status()).containers[0]).toMatchObject({ restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } });
      const [, repo, tag] = /^(.*):(.*)$/.exec(registry.image) ?? [];
      await post(`/images/busybox:1.36/tag?repo=${encodeURIComponent(repo ?? '')}&tag=${tag ?? ''}`);
      registry.release();
      expect((await pod.until((status) => status.containers[0]?.state?.running !== undefined)).containers[0]?.restartCount).toBe(0);
      await pod.delete();
      await registry.stop();
      await call(endpoint, 'DELETE', `/images/${registry.image}`);
    });

    test('a sandbox that somebody renamed is still the pod\'s', async () => {
      const pod = await create(shellPod(untilTerm(0), { restartPolicy: 'Always' }));
      await pod.untilPhase('Running');
      const { containers } = await pod.status();
      const filters = encodeURIComponent(JSON.stringify({ label: [`io.kubernetes.pod.uid=${pod.uid}`, 'io.kubernetes.docker.type=podsandbox'] }));
      const [sandbox] = (await call(endpoint, 'GET', `/containers/json?all=1&filters=${filters}`)).json() as { Id: string }[];
      await post(`/containers/${sandbox?.Id ?? ''}/rename?name=${pod.uid}-sandbox`);
      await killAndStart();
      expect((await pod.status()).containers).toEqual(containers);
      await pod.delete();
      expect(await leftoversOf(pod.uid)).toBe(0);
    });
  });

  describe('finishes what was begun', () => {
    /** Until the deletion is marked on the engine, so that it is known whatever happens to the plugin. */
    async function untilMarked(pod: TestPod): Promise<void> {
      await eventually(() => exists(`/containers/k8s_POD_test_default_${pod.uid}_0_deleting/json`));
    }

    test('a delete with a long grace period', async () => {
      const pods = [
        await create(shellPod(DEAF, { terminationGracePeriodSeconds: 8 })),
        await create(podFile({ terminationGracePeriodSeconds: 8, volumes: [{ name: 'work', emptyDir: {} }], containers: [shell('one', DEAF, { volumeMounts: [{ name: 'work', mountPath: '/work' }] }), shell('two', DEAF)] })),
      ];
      for (const pod of pods) await pod.untilPhase('Running');
      for (const pod of pods) pod.delete().catch(() => undefined); // the answer is lost with the plugin
      for (const pod of pods) await untilMarked(pod);
      await killAndStart();
      for (const pod of pods) {
        await untilHolds(async () => expect(await leftoversOf(pod.uid)).toBe(0), { deadlineMs: 40_000 });
        await expect(caller().create(pod.body)).rejects.toMatchObject({ status: 410 });
      }
    });

    test('a delete with a shorter grace period than the pod\'s own: the shorter one counts', async () => {
      const pod = await create(shellPod(DEAF, { terminationGracePeriodSeconds: 600 }));
      await pod.untilPhase('Running');
      const body = toDeletePod(pod.pod, pod.jobId, pod.view, new Date());
      caller().delete({ ...body, metadata: { ...body.metadata, deletionGracePeriodSeconds: 5 } }).catch(() => undefined);
      await untilMarked(pod);
      await killAndStart();
      await untilHolds(async () => expect(await leftoversOf(pod.uid)).toBe(0), { deadlineMs: 40_000 });
    });

    test('a deletion\'s mark alone is enough: without the plugin\'s own disk', async () => {
      const pod = await create(shellPod(untilTerm(0), { restartPolicy: 'Always' }));
      await pod.untilPhase('Running');
      await killAndStart(() => post(`/containers/k8s_POD_test_default_${pod.uid}_0/rename?name=k8s_POD_test_default_${pod.uid}_0_deleting`));
      await untilHolds(async () => expect(await leftoversOf(pod.uid)).toBe(0));
    });
  });

  describe('and things that nobody accepted', () => {
    const podLabels = (uid: string, name = 'made', owner = node) => ({
      'io.kubernetes.pod.name': name,
      'io.kubernetes.pod.namespace': 'default',
      'io.kubernetes.pod.uid': uid,
      'interlink.eu/node': owner,
    });
    const sandboxLabels = (uid: string, owner = node) => ({ ...podLabels(uid, 'made', owner), 'io.kubernetes.container.name': 'POD', 'io.kubernetes.docker.type': 'podsandbox', 'interlink.eu/record': '1' });
    const foreignLabels = { [FOREIGN.split('=')[0] ?? '']: FOREIGN.split('=')[1] ?? '' };
    const mount = (volume: string, Labels = {}) => ({ Type: 'volume', Source: volume, Target: '/v/0', VolumeOptions: { Labels } });

    async function container(name: string, config: object): Promise<string> {
      return String((await post(`/containers/create?name=${name}`, { Image: SANDBOX_IMAGE, Cmd: ['pause'], ...config }))['Id']);
    }

    test('a sandbox that was never accepted is removed with its volumes; one of another node stays', async () => {
      const [uid, otherUid] = [randomUUID(), randomUUID()];
      const other = uniqueNode('other');
      await killAndStart(async () => {
        await container(`k8s_POD_made_default_${uid}_0_creating`, { Labels: sandboxLabels(uid), HostConfig: { Mounts: [mount(`k8s_${uid}_work`, podLabels(uid))] } });
        await container(`k8s_POD_made_default_${otherUid}_0_creating`, { Labels: sandboxLabels(otherUid, other), HostConfig: { Mounts: [mount(`k8s_${otherUid}_work`, podLabels(otherUid, 'made', other))] } });
      });
      await untilHolds(async () => expect(await leftoversOf(uid)).toBe(0));
      expect(await leftoversOf(otherUid)).toBe(2);
      await purgeNode(other, endpoint);
    });

    test.each<[kind: string, env: string[], said: RegExp]>([
      ['of a newer format', ['INTERLINK_RECORD_VERSION=99', 'INTERLINK_RECORD_0=abcd'], /version 99/],
      ['that is damaged', ['INTERLINK_RECORD_VERSION=1', 'INTERLINK_RECORD_0=H4sIAAAAAAAA'], /cannot be read/],
      ['that is not there', [], /cannot be read/],
    ])('a pod with a record %s is kept, reported and said in the log, and not touched', async (_kind, Env, said) => {
      const body = toCreateBody({ ...shellPod(untilTerm(0), { restartPolicy: 'Always' }) }, makeStamp(new Date()));
      const uid = body.pod.metadata.uid;
      const names = [`k8s_POD_test_default_${uid}_0`, `k8s_main_test_default_${uid}_2`];
      const describeAll = () =>
        Promise.all(names.map(async (name) => {
          const { Id, Name, State } = (await call(endpoint, 'GET', `/containers/${name}/json`)).json() as { Id: string; Name: string; State: { Status: string; StartedAt: string } };
          return [Id, Name, State.Status, State.StartedAt];
        }));
      await killAndStart(async () => {
        await container(names[0] ?? '', { Env, Labels: { ...sandboxLabels(uid), 'io.kubernetes.pod.name': 'test', 'interlink.eu/record': '99' }, HostConfig: { Mounts: [mount(`k8s_${uid}_work`, podLabels(uid))] } });
        const main = await container(names[1] ?? '', { Image: 'busybox:1.36', Cmd: ['sleep', '1000'], Labels: { ...podLabels(uid, 'test'), 'io.kubernetes.container.name': 'main', 'io.kubernetes.docker.type': 'container' }, HostConfig: { NetworkMode: 'none' } });
        await post(`/containers/${main}/start`);
      });
      const before = await describeAll();
      const pod = new TestPod(caller(), body, uid);
      const { containers } = await pod.untilPhase('Running');
      expect(containers[0]).toMatchObject({ name: 'main', restartCount: 2, state: { running: {} } });
      expect(plugin.logLines.some((line) => line['podUid'] === uid && line['level'] === 'error' && said.test(String(line['reason'])))).toBe(true);
      await killAndStart();
      await pod.status();
      expect(await describeAll()).toEqual(before);
      expect(await exists(`/volumes/k8s_${uid}_work`)).toBe(true);
      await pod.delete();
      expect(await leftoversOf(uid)).toBe(0);
    });

    test('a delete of a pod with an unreadable record gives its containers their grace period', async () => {
      const body = toCreateBody(podFile({ terminationGracePeriodSeconds: 20, containers: [shell('quick', untilTerm(0)), shell('slow', '')] }), makeStamp(new Date()));
      const uid = body.pod.metadata.uid;
      const member = async (name: string, script: string): Promise<void> => {
        const Labels = { ...podLabels(uid, 'test'), 'io.kubernetes.container.name': name, 'io.kubernetes.docker.type': 'container' };
        await post(`/containers/${await container(`k8s_${name}_test_default_${uid}_0`, { Image: 'busybox:1.36', Cmd: ['sh', '-c', script], Labels, HostConfig: { NetworkMode: 'none' } })}/start`);
      };
      await killAndStart(async () => {
        await container(`k8s_POD_test_default_${uid}_0`, { Env: ['INTERLINK_RECORD_VERSION=99'], Labels: sandboxLabels(uid) });
        await member('quick', untilTerm(0));
        await member('slow', "trap 'sleep 3; exit 0' TERM; while :; do sleep 0.1; done");
      });
      const since = Date.now() / 1000;
      await new TestPod(caller(), body, uid).delete();
      expect(await leftoversOf(uid)).toBe(0);
      const query = new URLSearchParams({ since: String(since), until: String(Date.now() / 1000), filters: JSON.stringify({ label: [`io.kubernetes.pod.uid=${uid}`], event: ['kill'] }) });
      const { text } = await call(endpoint, 'GET', `/events?${query.toString()}`);
      const kills = text.split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as { Actor: { Attributes: { signal: string } } }).Actor.Attributes.signal);
      expect(kills).toEqual(['15', '15']);
    });

    test('volumes whose pod is gone are removed, all others stay', async () => {
      const [uid, inUseUid] = [randomUUID(), randomUUID()];
      const other = uniqueNode('other');
      const pod = await create(podFile({ volumes: [{ name: 'work', emptyDir: {} }], containers: [shell('main', untilTerm(0), { volumeMounts: [{ name: 'work', mountPath: '/work' }] })] }));
      await pod.untilPhase('Running');
      const volume = (Name: string, Labels: object) => post('/volumes/create', { Name, Labels });
      await killAndStart(async () => {
        await volume(`k8s_${node}_${uid}_orphan`, podLabels(uid));
        await volume(`${node}-by-hand`, podLabels(uid));
        await volume(`k8s_${uid}_other`, podLabels(randomUUID(), 'made', other));
        await volume(`${node}-unlabelled`, foreignLabels);
        await volume(`${node}-no-pod`, { ...foreignLabels, 'interlink.eu/node': node });
        await volume(`k8s_${node}_${inUseUid}_in-use`, podLabels(inUseUid));
        await container(`${node}-user`, { Labels: foreignLabels, HostConfig: { Mounts: [mount(`k8s_${node}_${inUseUid}_in-use`)] } });
      });
      await untilHolds(async () => expect(await exists(`/volumes/k8s_${node}_${uid}_orphan`)).toBe(false));
      const kept = [`k8s_${uid}_other`, `${node}-unlabelled`, `${node}-no-pod`, `${node}-by-hand`, `k8s_${node}_${inUseUid}_in-use`, `k8s_${node}_${pod.uid}_work`];
      expect(await Promise.all(kept.map((name) => exists(`/volumes/${name}`)))).toEqual(kept.map(() => true));
      expect((await pod.status()).containers[0]).toMatchObject({ restartCount: 0, state: { running: {} } });
      await pod.delete();
      await purgeLabel(FOREIGN, endpoint);
      await purgeNode(other, endpoint);
    });

    test('containers without our label are not seen, whatever they are called', async () => {
      const uid = randomUUID();
      const names = [`k8s_POD_made_default_${uid}_0_creating`, `k8s_main_made_default_${uid}_0`, `${node}-any`];
      await killAndStart(async () => {
        for (const name of names) await post(`/containers/${await container(name, { Labels: foreignLabels, HostConfig: { NetworkMode: 'none' } })}/start`);
      });
      const pod = await create(shellPod('true'));
      await pod.untilPhase('Succeeded');
      await pod.delete();
      for (const name of names) {
        expect((await call(endpoint, 'GET', `/containers/${name}/json`)).json()).toMatchObject({ State: { Running: true } });
      }
      await purgeLabel(FOREIGN, endpoint);
    });
  });
});
