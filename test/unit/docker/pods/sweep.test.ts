import fc from 'fast-check';
import { decideSweep, GRACE_MS, keyOf, type OrphanKind, type Sweep, type SweepFacts, type SweptObject } from '../../../../src/docker/pods/decide-sweep.js';
import { EngineError } from '../../../../src/engine/index.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';
import { eventually } from '../../../support/eventually.js';
import { FakeNode } from '../../../support/fake-node.js';
import { SEED, THOROUGH } from '../../../support/thorough.js';

jest.setTimeout(120_000);

const NODE = 'interlink.eu/node';
const TYPE = 'io.kubernetes.docker.type';
const UID = 'io.kubernetes.pod.uid';
const NAMESPACE = 'io.kubernetes.pod.namespace';
const T0 = new Date('2026-01-01T00:00:00Z');
const later = (ms: number): Date => new Date(T0.getTime() + ms);

const facts = (more: Partial<SweepFacts> = {}): SweepFacts => ({ node: 'node', isKnownPod: (uid) => uid === 'known', isInUse: () => false, firstSeen: new Map(), now: T0, ...more });
const object = (kind: OrphanKind, labels: Record<string, string>, name = 'name'): SweptObject => ({ kind, id: `id-of-${name}`, name, labels: { [NODE]: 'node', ...labels } });
/** What goes of an object that is seen for the second time after the grace. */
const swept = (one: SweptObject, more: Partial<SweepFacts> = {}): Sweep => decideSweep([one], facts({ ...more, firstSeen: decideSweep([one], facts(more)).firstSeen, now: later(GRACE_MS) }));

test.each<[what: string, one: SweptObject, goes: boolean]>([
  ['a helper', object('container', { [TYPE]: 'helper' }, 'interlink_helper_node_1'), true],
  ["somebody's container of an image with a helper's labels", object('container', { [TYPE]: 'helper' }, 'web'), false],
  ["somebody's container of an image with a claim's labels", object('container', { [TYPE]: 'owner' }, 'my_superseded_app'), false],
  ['a claim that was taken', object('container', { [TYPE]: 'owner' }, 'interlink_owner_node_superseded_x'), true],
  ['the claim', object('container', { [TYPE]: 'owner' }, 'interlink_owner_node'), false],
  ['what secrets are held in', object('container', { [TYPE]: 'secrets' }), false],
  ['something of a later version', object('container', { [TYPE]: 'novelty' }), false],
  ['a volume of a pod that is gone', object('volume', { [UID]: 'gone' }, 'k8s_node_gone_work'), true],
  ["somebody's volume with a pod's labels", object('volume', { [UID]: 'gone' }, 'backup'), false],
  ['a volume with the name of another pod', object('volume', { [UID]: 'gone' }, 'k8s_node_known_work'), false],
  ['a volume of a pod that is here', object('volume', { [UID]: 'known' }, 'k8s_node_known_work'), false],
  ['a volume of a claim, which outlives its pods', object('volume', {}), false],
  ['a network nobody looks after', object('network', { [NAMESPACE]: 'default' }), true],
  ['another network', object('network', {}), false],
  ['a record', object('container', { [TYPE]: 'podsandbox', [UID]: 'gone' }), false],
  ['a container of a pod', object('container', { [TYPE]: 'container', [UID]: 'gone' }), false],
])('%s', (_what, one, goes) => {
  expect(swept(one).remove).toEqual(goes ? [one] : []);
});

test('nothing goes when it is first seen, nor before the grace, nor while it is used', () => {
  const one = object('container', { [TYPE]: 'helper' }, 'interlink_helper_node_1');
  const first = decideSweep([one], facts());
  expect(first.remove).toEqual([]);
  expect(decideSweep([one], facts({ firstSeen: first.firstSeen, now: later(GRACE_MS - 1) })).remove).toEqual([]);
  expect(swept(one, { isInUse: () => true }).remove).toEqual([]);
  const used = decideSweep([one], facts({ firstSeen: first.firstSeen, isInUse: () => true }));
  expect(decideSweep([one], facts({ firstSeen: used.firstSeen, now: later(GRACE_MS) })).remove).toEqual([]);
});

test('a container of a pod that nobody knows is kept and told of', () => {
  const one = object('container', { [TYPE]: 'container', [UID]: 'gone' });
  expect(swept(one)).toMatchObject({ remove: [], keep: [one] });
});

const OUR_NAMES = ['interlink_helper_node_1', 'interlink_owner_node_superseded_x', 'interlink_node_default', 'k8s_node_gone_work', 'k8s_POD_web_ns_gone_0', 'k8s_main_web_ns_gone_0', 'k8s_node_messages_abc', 'web'];
/** Labels as ours, of this node, of another, or of none. */
const anyObject = fc.record({
  kind: fc.constantFrom<OrphanKind>('container', 'volume', 'network'),
  id: fc.uuid(),
  name: fc.constantFrom(...OUR_NAMES),
  labels: fc.record({ [NODE]: fc.constantFrom('node', 'other', 'nodes'), [TYPE]: fc.constantFrom('helper', 'owner', 'podsandbox', 'container', 'messages'), [UID]: fc.constantFrom('known', 'gone'), [NAMESPACE]: fc.constant('default'), other: fc.string() }, { requiredKeys: [] }),
});

/** Nothing but what carries this node's label is chosen, whatever else it looks like. */
function touchesOnlyItsOwn(decide: typeof decideSweep): fc.IPropertyWithHooks<[SweptObject[]]> {
  return fc.property(fc.array(anyObject, { maxLength: 20 }), (objects) => {
    const firstSeen = new Map(objects.map((one) => [keyOf(one), T0]));
    const { remove, keep } = decide(objects, facts({ firstSeen, now: later(2 * GRACE_MS) }));
    return [...remove, ...keep].every(({ labels }) => labels[NODE] === 'node') && remove.every(({ kind, labels }) => kind !== 'container' || (labels[UID] === undefined && labels[TYPE] !== 'container' && labels[TYPE] !== 'podsandbox'));
  });
}

test(`property: only what carries this node's label is removed, and no record nor container of a pod (seed ${SEED})`, () => {
  fc.assert(touchesOnlyItsOwn(decideSweep), { seed: SEED, numRuns: 1000 });
});

test('a planted sweep that goes by names is caught by it', () => {
  const byName: typeof decideSweep = (objects, { firstSeen }) => ({ remove: objects.filter(({ name }) => /^(interlink_|k8s_)/.test(name)), keep: [], firstSeen });
  expect(fc.check(touchesOnlyItsOwn(byName), { seed: SEED, numRuns: 1000 }).failed).toBe(true);
});

/** What somebody else has on the engine: looks like ours, without our label or with another node's. */
const foreignObject = fc.record({
  kind: fc.constantFrom<OrphanKind>('container', 'volume', 'network'),
  name: fc.constantFrom(...OUR_NAMES),
  labels: fc.record({ [NODE]: fc.constantFrom('other', 'nodes'), [TYPE]: fc.constantFrom('helper', 'owner', 'podsandbox', 'container'), [UID]: fc.constantFrom('gone', 'other'), [NAMESPACE]: fc.constant('default') }, { requiredKeys: [] }),
  runs: fc.boolean(),
});

/** Puts foreign objects on an engine. @returns their ids and names */
async function furnish(engine: FakeEngine, foreign: readonly { readonly kind: OrphanKind; readonly name: string; readonly labels: Record<string, string>; readonly runs: boolean }[]): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const [index, { kind, name, labels, runs }] of foreign.entries()) {
    const unique = `${name}.${index}`;
    if (kind === 'network') await engine.createNetwork({ name: unique, subnet: `10.99.${index}.0/24`, labels, internal: false });
    const mounts = kind === 'volume' ? [{ Type: 'volume' as const, Source: unique, Target: '/x', VolumeOptions: { NoCopy: true, Labels: labels } }] : [];
    if (kind !== 'network') {
      const id = await engine.createContainer(kind === 'volume' ? `user.${index}` : unique, { Image: 'busybox:1', Labels: kind === 'volume' ? {} : labels, HostConfig: { Mounts: mounts } });
      if (runs) await engine.startContainer(id);
      if (kind === 'volume') await engine.removeContainer(id);
      else ids.add(id);
    }
    ids.add(unique);
  }
  return ids;
}

const ACTS = /^(create|start|stop|kill|remove|rename|put|reattach|join|leave|tag)/;

test(`property: recovery, a pod's life, and the sweep touch nothing of others (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(foreignObject, { maxLength: 8 }), async (foreign) => {
      const engine = new FakeEngine({ images: ['busybox:1'] });
      const ids = await furnish(engine, foreign);
      const before = engine.calls.length;
      const node = await (await FakeNode.start({ engine })).untilServing();
      const pod = await node.create();
      await node.untilRunning(pod);
      for (let minute = 0; minute < 12; minute++) await node.tidy();
      await node.delete(pod);
      await node.tidy();
      await node.stop();
      const touched = engine.calls.slice(before).filter(({ method, args }) => ACTS.test(method) && ids.has(String(args[0])));
      if (touched.length > 0) throw new Error(`touched: ${JSON.stringify(touched)}`);
    }),
    { seed: SEED, numRuns: THOROUGH ? 100 : 6, endOnFailure: true },
  );
});

test('what a plugin lost sight of goes after the grace, is told of and counted; what a pod may need stays', async () => {
  const node = await (await FakeNode.start()).untilServing();
  const { engine } = node;
  const own = { [NODE]: 'node' };
  // One that was never started goes sooner, as what a killed plugin left.
  await engine.startContainer(await engine.createContainer('interlink_helper_node_lost', { Image: 'busybox:1', Labels: { ...own, [TYPE]: 'helper' } }));
  const keeper = await engine.createContainer('volume-user', { Image: 'busybox:1', HostConfig: { Mounts: [{ Type: 'volume', Source: 'k8s_node_gone_work', Target: '/x', VolumeOptions: { NoCopy: true, Labels: { ...own, [UID]: 'gone' } } }] } });
  await engine.createNetwork({ name: 'interlink_node_lost', subnet: '10.99.0.0/24', labels: { ...own, [NAMESPACE]: 'lost' }, internal: false });
  for (let minute = 0; minute < 9; minute++) await node.tidy();
  expect([node.figure('orphans', 'container'), node.figure('orphans', 'volume'), node.figure('orphans', 'network')]).toEqual([1, 1, 1]);
  for (let minute = 0; minute < 5; minute++) await node.tidy();
  await eventually(() => node.figure('orphans', 'container') === 0 && node.figure('orphans', 'network') === 0);
  // Somebody still uses the volume: told of once.
  expect([node.said('could not be removed').length, node.figure('orphans', 'volume')]).toEqual([1, 1]);
  await engine.removeContainer(keeper);
  await node.tidy();
  await eventually(() => node.figure('orphans_removed_total', 'volume') === 1);
  expect(await engine.listNetworks(['interlink.eu/node=node', `${NAMESPACE}=lost`])).toEqual([]);
  expect(node.said('that belonged to no pod is removed')).toHaveLength(3);
  await node.stop();
});

test('a volume that somebody has made by hand with the labels of a pod stays', async () => {
  const engine = new FakeEngine({ images: ['busybox:1'] });
  for (const name of ['backup', 'k8s_node_gone_work']) await engine.createVolume(name, { [NODE]: 'node', [UID]: 'gone' });
  const node = await (await FakeNode.start({ engine })).untilServing();
  for (let minute = 0; minute < 12; minute++) await node.tidy();
  expect((await engine.listVolumes([])).map(({ Name }) => Name)).toEqual(['backup']);
  await node.stop();
});

test('a volume that cannot be removed keeps no plugin from its pods', async () => {
  const engine = new FakeEngine({ images: ['busybox:1'] });
  const id = await engine.createContainer('was-user', { Image: 'busybox:1', HostConfig: { Mounts: [{ Type: 'volume', Source: 'k8s_node_gone_work', Target: '/x', VolumeOptions: { NoCopy: true, Labels: { [NODE]: 'node', [UID]: 'gone' } } }] } });
  await engine.removeContainer(id);
  engine.failNext('removeVolume', new EngineError('Failed', 'the device is busy'), 1000);
  const node = await (await FakeNode.start({ engine })).untilServing();
  expect(node.said('could not be removed').length).toBeGreaterThan(0);
  await node.stop();
});
