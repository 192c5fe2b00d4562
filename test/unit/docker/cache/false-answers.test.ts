import { PodCache } from '../../../../src/docker/cache/index.js';
import { type ContainerDetails, type Engine, EngineError } from '../../../../src/engine/index.js';

const DETAILS: ContainerDetails = {
  Id: 'c1', Name: '/k8s_main_p_ns_u-1_0', Created: '2026-01-01T00:00:00Z', Image: 'i', Mounts: [], NetworkSettings: { Networks: {} },
  State: { Status: 'running', ExitCode: 0, Error: '', OOMKilled: false, StartedAt: '2026-01-01T00:00:00Z', FinishedAt: '0001-01-01T00:00:00Z' },
  Config: { Image: 'i', Env: [], Tty: false, Labels: { 'io.kubernetes.pod.uid': 'u-1', 'io.kubernetes.container.name': 'main', 'interlink.eu/node': 'node' } },
};
const GONE = new EngineError('NotFound', 'No such container: c1');

/** A picture with a running container in it, of an engine whose next inspections give these. */
async function pictureOf(...answers: readonly (ContainerDetails | EngineError)[]) {
  const left: (ContainerDetails | EngineError)[] = [DETAILS, ...answers];
  const gone: string[] = [];
  const inspectContainer = (): Promise<ContainerDetails> => {
    const next = left.shift();
    return next instanceof EngineError || next === undefined ? Promise.reject(next ?? new Error('asked too often')) : Promise.resolve(next);
  };
  const listener = { changed: () => undefined, endedFromOutside: () => undefined, inspected: () => undefined, gone: (id: string) => void gone.push(id) };
  const cache = new PodCache({ inspectContainer } as Partial<Engine> as Engine, 'node', listener, () => Promise.resolve(undefined), () => Promise.resolve(''));
  await cache.refresh('c1');
  return { cache, gone, left };
}

test('a container is not gone because an engine says so once', async () => {
  const { cache, gone } = await pictureOf(GONE, DETAILS);
  expect((await cache.refresh('c1'))?.state).toBe('running');
  expect(gone).toEqual([]);
});

test('one that is gone is gone', async () => {
  const { cache, gone } = await pictureOf(GONE, GONE);
  expect(await cache.refresh('c1')).toBeUndefined();
  expect([gone, cache.get('u-1')]).toEqual([['c1'], undefined]);
});

test('of one whose removal an event has told nothing is asked', async () => {
  const { cache, gone, left } = await pictureOf();
  await cache.handle({ action: 'destroy', containerId: 'c1', attributes: {}, at: new Date() });
  expect([gone, left]).toEqual([['c1'], []]);
});
