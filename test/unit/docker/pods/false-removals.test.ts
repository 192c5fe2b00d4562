/** An engine that says that something is removed, and has it still: what is deleted is gone all the same. The plugin over an engine in memory. */
import { makeStamp, toCreateBody } from '../../../../src/caller/index.js';
import { DockerProvider } from '../../../../src/docker/index.js';
import { openJournal } from '../../../../src/docker/journal/index.js';
import { silentLogger } from '../../../../src/log.js';
import { parseCreateBody } from '../../../../src/wire/index.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';
import { WELL_BEHAVED } from '../../../fakes/program.js';
import { eventually } from '../../../support/eventually.js';

const CONTEXT = { session: 'test', signal: new AbortController().signal };

test.each(['removeContainer', 'removeVolume'] as const)('%s', async (method) => {
  const engine = new FakeEngine({ images: ['busybox:1'] });
  engine.runs(() => WELL_BEHAVED);
  const provider = new DockerProvider({ engine, node: 'node', network: { podCidr: '10.213.0.0/16', subnetBits: 22 }, sandboxImage: 'sandbox:1', journal: await openJournal(undefined, silentLogger), logger: silentLogger });
  await provider.start();
  const spec = { automountServiceAccountToken: false, terminationGracePeriodSeconds: 0, volumes: [{ name: 'v', emptyDir: {} }], containers: [{ name: 'main', image: 'busybox:1', volumeMounts: [{ name: 'v', mountPath: '/v' }] }] };
  const [request] = parseCreateBody(toCreateBody({ pod: { metadata: { name: 'p', namespace: 'ns' }, spec }, configMaps: [], secrets: [] }, makeStamp(new Date()))).pods;
  if (request === undefined) throw new Error('no pod');
  await provider.create(request, CONTEXT);
  const label = `io.kubernetes.pod.uid=${request.pod.metadata.uid}`;
  await eventually(async () => (await engine.listContainers([label])).some(({ State }) => State === 'running'));
  const remove = engine[method].bind(engine);
  let lies = 2;
  engine[method] = (id: string) => (lies-- > 0 ? Promise.resolve() : remove(id));
  await provider.delete(request.pod, CONTEXT);
  expect([await engine.listContainers([label]), await engine.listVolumes([label])]).toEqual([[], []]);
  await provider.stop();
});
