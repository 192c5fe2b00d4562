import { ContainerProvider, type ContainerStart, type StartedContainer } from '../../../src/containers/index.js';
import { VirtualClock } from '../../../src/fakes/index.js';
import type { Pod, PodSpec } from '../../../src/kube/index.js';
import type { CreateRequest, PodStatus } from '../../../src/provider/index.js';

const NOBODY = { session: 'test', signal: new AbortController().signal };

/** Containers that end when the test says so. */
class Steered extends ContainerProvider {
  readonly starts: (ContainerStart & { readonly end: (code: number) => void; readonly graces: number[] })[] = [];
  failure: Error | undefined;
  /** Whether a container ends when it is told to. */
  stops = true;
  /** The container whose end throws. */
  unstoppable: string | undefined;
  admission: Promise<void> = Promise.resolve();
  /** What a start waits for. */
  starting: Promise<void> | undefined;

  protected override startContainer(start: ContainerStart): StartedContainer | Promise<StartedContainer> {
    return this.starting === undefined ? this.begun(start) : this.starting.then(() => this.begun(start));
  }

  private begun(start: ContainerStart): StartedContainer {
    if (this.failure) throw this.failure;
    const { promise, resolve } = Promise.withResolvers<number>();
    const graces: number[] = [];
    this.starts.push({ ...start, end: resolve, graces });
    return { ended: promise, stop: (graceSeconds) => {
      graces.push(graceSeconds);
      if (start.container.name === this.unstoppable) throw new Error('no such process');
      if (this.stops) resolve(143);
    } };
  }

  protected override admit(): Promise<void> {
    return this.admission;
  }

  get started(): string[] {
    return this.starts.map(({ container, attempt }) => `${container.name}/${attempt}`);
  }
}

const pod = (spec: Partial<PodSpec> = {}, status?: Pod['status']): Pod => ({ metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec: { restartPolicy: 'Never', containers: [{ name: 'a' }], ...spec }, ...(status && { status }) });
const request = (spec?: Partial<PodSpec>): CreateRequest => ({ pod: pod(spec), delivered: { configMaps: new Map(), binaryKeys: new Map(), secrets: new Map(), projected: new Map() } });

let clock: VirtualClock;
let provider: Steered;
beforeEach(() => {
  clock = new VirtualClock();
  provider = new Steered(clock);
});

/** What has been told comes about. */
const settle = () => new Promise(setImmediate);
async function states(): Promise<string[]> {
  const [status] = (await provider.status([pod({}, { phase: 'Running' })])) as [PodStatus];
  return [...status.initContainers, ...status.containers].map(({ name, state, restartCount }) => `${name} ${state?.waiting?.reason ?? state?.terminated?.exitCode ?? 'running'} ${restartCount}`);
}

test('init containers one after the other, then the others; what failed keeps the rest from running', async () => {
  await provider.create(request({ initContainers: [{ name: 'i' }, { name: 'j' }], containers: [{ name: 'a' }, { name: 'b' }] }));
  await settle();
  expect(provider.started).toEqual(['i/0']);
  provider.starts[0]?.end(0);
  await settle();
  expect(await states()).toEqual(['i 0 0', 'j running 0', 'a PodInitializing 0', 'b PodInitializing 0']);
  provider.starts[1]?.end(7);
  await settle();
  expect(await states()).toEqual(['i 0 0', 'j 7 0', 'a 137 0', 'b 137 0']);
  expect(provider.started).toEqual(['i/0', 'j/0']);
});

test('restarts: at once, then after 10 s, 20 s; waiting all that time, with the end before in lastState', async () => {
  await provider.create(request({ restartPolicy: 'OnFailure' }));
  for (const waitMs of [0, 10_000, 20_000]) {
    await settle();
    provider.starts.at(-1)?.end(1);
    await settle();
    if (waitMs > 0) {
      const [status] = await provider.status([pod()]);
      expect(status?.containers[0]).toMatchObject({ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 1 } } });
      clock.advance(waitMs - 1);
      await settle();
      const before = provider.starts.length;
      clock.advance(1);
      await settle();
      expect(provider.starts.length).toBe(before + 1);
    }
  }
  provider.starts.at(-1)?.end(0);
  await settle();
  expect(await states()).toEqual(['a 0 3']);
});

test('Always restarts what has succeeded, but no init container', async () => {
  await provider.create(request({ restartPolicy: 'Always', initContainers: [{ name: 'i' }] }));
  await settle();
  provider.starts[0]?.end(0);
  await settle();
  provider.starts[1]?.end(0);
  await settle();
  expect(provider.started).toEqual(['i/0', 'a/0', 'a/1']);
});

test('a start that fails ends the attempt with 128 and its words', async () => {
  provider.failure = new Error('no room');
  await provider.create(request());
  await settle();
  const [status] = await provider.status([pod()]);
  expect(status?.containers[0]?.state?.terminated).toMatchObject({ exitCode: 128, message: 'StartError: no room' });
});

test('a delete ends what runs with its grace, and a back-off; the UID is gone for 15 minutes', async () => {
  await provider.create(request());
  await settle();
  await provider.delete({ ...pod(), metadata: { ...pod().metadata, deletionGracePeriodSeconds: 7 } });
  expect(provider.starts[0]?.graces).toEqual([7]);
  await expect(provider.create(request())).rejects.toMatchObject({ kind: 'PodDeleted' });
  await provider.delete(pod());
  clock.advance(15 * 60_000);
  await expect(provider.delete(pod())).rejects.toMatchObject({ kind: 'PodNotFound' });
});

test('a delete that comes while the pod is admitted wins', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  provider.admission = promise;
  const creating = provider.create(request());
  await expect(provider.delete(pod())).rejects.toMatchObject({ kind: 'PodNotFound' });
  resolve();
  await expect(creating).rejects.toMatchObject({ kind: 'PodDeleted' });
  expect(provider.started).toEqual([]);
});

test('creates of one UID while it is admitted are one pod', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  provider.admission = promise;
  const creating = [provider.create(request()), provider.create(request())];
  resolve();
  expect(await Promise.all(creating)).toEqual([{ uid: 'u', jobId: 'u' }, { uid: 'u', jobId: 'u' }]);
  await settle();
  expect(provider.started).toEqual(['a/0']);
});

test('a delete is answered after 100 s; the pod is told of until it has ended', async () => {
  await provider.create(request());
  await settle();
  const [start] = provider.starts;
  provider.stops = false;
  const deleting = provider.delete(pod());
  await settle();
  clock.advance(100_000);
  await deleting;
  expect(await states()).toEqual(['a running 0']);
  start?.end(137);
  await settle();
  expect(await provider.status([pod()])).toEqual([]);
});

test('a container whose end throws keeps no other from being ended', async () => {
  provider.unstoppable = 'a';
  await provider.create(request({ containers: [{ name: 'a' }, { name: 'b' }] }));
  await settle();
  const deleting = provider.delete(pod());
  await settle();
  expect(await states()).toEqual(['a running 0', 'b 143 0']);
  provider.starts[0]?.end(0);
  await deleting;
  expect(await provider.status([pod()])).toEqual([]);
});

test('a delete tells what could not be ended, where it runs on after 100 s', async () => {
  provider.unstoppable = 'a';
  await provider.create(request());
  await settle();
  const deleting = provider.delete(pod());
  await settle();
  clock.advance(100_000);
  await expect(deleting).rejects.toMatchObject({ kind: 'EngineFailed', message: 'what runs of pod u could not be ended: container a: no such process' });
});

test('a pod whose end comes while it is started runs as long as its end fails', async () => {
  provider.unstoppable = 'a';
  const { promise, resolve } = Promise.withResolvers<void>();
  provider.starting = promise;
  await provider.create(request());
  const deleting = provider.delete(pod());
  resolve();
  await settle();
  expect(await states()).toEqual(['a running 0']);
  provider.starts[0]?.end(0);
  await deleting;
});

test('stop has a limit, and takes no pod on any more', async () => {
  await provider.create(request());
  await settle();
  provider.stops = false;
  const stopping = provider.stop();
  await settle();
  await expect(provider.create({ ...request(), pod: { ...pod(), metadata: { ...pod().metadata, uid: 'late' } } })).rejects.toMatchObject({ kind: 'EngineUnavailable' });
  clock.advance(10_000);
  await stopping;
  expect(provider.started).toEqual(['a/0']);
});

test('a pod that is admitted while the plugin stops is not started', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  provider.admission = promise;
  const creating = provider.create(request());
  await provider.stop();
  resolve();
  await expect(creating).rejects.toMatchObject({ kind: 'EngineUnavailable' });
  expect(provider.started).toEqual([]);
});

test('what it cannot honour is refused by its field', async () => {
  await expect(provider.create(request({ initContainers: [{ name: 'i', restartPolicy: 'Always' }] }))).rejects.toMatchObject({ kind: 'InvalidPod', message: expect.stringContaining('pod.spec.initContainers[0].restartPolicy') as string });
});

test('$(VAR) in command and args is replaced; what a container writes can be read', async () => {
  await provider.create(request({ containers: [{ name: 'a', command: ['$(X)', '$$(X)'], args: ['$(NONE)'], env: [{ name: 'X', value: 'x' }] }] }));
  await settle();
  expect(provider.starts[0]?.container).toMatchObject({ command: ['x', '$(X)'], args: ['$(NONE)'] });
  provider.starts[0]?.write('words\n');
  provider.starts[0]?.end(0);
  await settle();
  const log = await provider.getLogs({ podUid: 'u', podName: 'p', namespace: 'n', options: { timestamps: false, follow: false, previous: false } }, NOBODY);
  expect((await log.toArray()).join('')).toBe('words\n');
});
