import { DockerProvider } from '../../../src/docker/index.js';
import { openJournal } from '../../../src/docker/journal/index.js';
import { silentLogger } from '../../../src/log.js';
import { FakeEngine } from '../../fakes/fake-engine.js';
import { eventually } from '../../support/eventually.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const OWNER = ['io.kubernetes.docker.type=owner'];
const MINUTE = 60_000;
const STOP_WAIT = 10_000;

async function start(engine: FakeEngine, clock: VirtualClock): Promise<DockerProvider> {
  const provider = new DockerProvider({ engine, node: 'node', network: { podCidr: '10.213.0.0/16', subnetBits: 22 }, sandboxImage: 'sandbox:1', journal: await openJournal(undefined, silentLogger), logger: silentLogger, clock });
  engine.runs(() => ({ exits: 0 }));
  await provider.start();
  await eventually(() => engine.countOf('removeContainer') > 0);
  return provider;
}

/** Lets what has been answered go on. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
}

test.each(['inspectContainer', 'createContainer', 'listVolumes'] as const)('a plugin that is stopped while it tidies, and waits for %s, gives its name back and does not take it again', async (method) => {
  const [engine, clock] = [new FakeEngine(), new VirtualClock()];
  const provider = await start(engine, clock);
  expect(await engine.listContainers(OWNER)).toHaveLength(1);
  if (method === 'createContainer') engine.prune(); // the claim is to be made again
  const release = engine.hold(method);
  const before = engine.countOf(method);
  clock.advance(MINUTE);
  await eventually(() => engine.countOf(method) > before);
  const stopping = provider.stop();
  await settle();
  clock.advance(STOP_WAIT); // an engine that does not answer is not waited for
  await stopping;
  release();
  await settle();
  clock.advance(2 * MINUTE);
  await settle();
  expect(await engine.listContainers(OWNER)).toEqual([]);
  expect(clock.waiting).toEqual([]);
});
