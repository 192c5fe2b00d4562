import { createApp, startServer } from '../../../src/api/index.js';
import { changes, drain, type NodeLine, type NodePodLine } from '../../../src/cli/index.js';
import { ProviderError } from '../../../src/errors.js';
import { silentLogger } from '../../../src/log.js';
import { type NodeOperations, type NodeState, Provider } from '../../../src/provider/index.js';
import { call } from '../../support/endpoint.js';

jest.setTimeout(60_000);

const pod = (uid: string, state: string): NodePodLine => ({ namespace: 'ns', name: uid, uid, state });
const line = (...pods: readonly NodePodLine[]): NodeLine => ({ node: 'n', cordonedSince: 'now', isEngineConnected: true, isDurable: true, pods });

test.each<[what: string, before: NodeLine, now: NodeLine, said: string[]]>([
  ['nothing', line(pod('a', 'running')), line(pod('a', 'running')), []],
  ['an end', line(pod('a', 'evicted'), pod('b', 'evicted')), line(pod('b', 'evicted')), ['ns/a: ended (1 left)']],
  ['another state', line(pod('a', 'running')), line(pod('a', 'evicted')), ['ns/a: evicted']],
  ['a pod that came late, of which only the UID is known', line(), line({ namespace: '', name: '', uid: 'u', state: 'creating' }), ['u: creating']],
  ['a pod without a record, with where to look', line(), line({ namespace: '', name: '', uid: 'u', state: 'unknown' }), ['u: unknown, as the plugin has no record of it and evicts nothing: look at docker ps --filter label=io.kubernetes.pod.uid=u, and remove what is yours']],
  ['a name that a terminal would obey', line(pod('a\u001b[2J', 'running')), line(), ['ns/a\\x1b[2J: ended (0 left)']],
])('a drain tells of %s', (_what, before, now, said) => {
  expect(changes(before, now)).toEqual(said);
});

type Step = NodeLine | ProviderError | 'silence';

/** Answers one state after the other; the last one for ever. */
class Drained extends Provider {
  readonly asked: string[] = [];
  constructor(private readonly states: Step[]) {
    super();
  }
  override readonly operations: NodeOperations = { state: () => this.next('state'), cordon: (isWanted) => Promise.resolve(this.next(isWanted ? 'cordon' : 'uncordon')), drain: async () => (this.states[0] === 'silence' ? this.silence() : Promise.resolve(this.next('drain'))) };
  private silence(): Promise<never> {
    this.states.shift();
    return new Promise(() => undefined);
  }
  private next(order: string): NodeState {
    this.asked.push(order);
    const [state] = this.states.length > 1 ? this.states.splice(0, 1) : this.states;
    if (state === undefined || state === 'silence' || state instanceof ProviderError) throw state instanceof ProviderError ? state : new Error('no state');
    return state as NodeState;
  }
}

async function drained(states: Step[], more: { waitOnly?: boolean; timeoutMs?: number } = {}): Promise<{ left: unknown; said: readonly string[]; asked: readonly string[] }> {
  const provider = new Drained(states);
  const server = await startServer({ app: createApp(provider, { log: silentLogger, isLocal: true }), host: '127.0.0.1', port: 0 });
  const said: string[] = [];
  try {
    const left = await drain({ url: server.address, waitOnly: false, timeoutMs: 60_000, ...more }, { say: (one) => said.push(one), signal: new AbortController().signal });
    return { left, said, asked: provider.asked };
  } finally {
    await server.close(100);
  }
}

test('it goes on through a restart of the plugin and an engine that is away, and ends when nothing runs', async () => {
  const away = new ProviderError('EngineUnavailable', 'the engine is away');
  const { left, said, asked } = await drained([line(pod('a', 'evicted')), away, { ...line(), isEngineConnected: false }, line(pod('a', 'evicted')), line()]);
  expect(left).toEqual([]);
  expect(said).toEqual(['node n is cordoned: the cluster is told to send it no more pods', 'ns/a: evicted', 'waiting for the plugin: the engine is away', 'ns/a: ended (0 left)', 'nothing runs on node n any more']);
  expect(new Set(asked)).toEqual(new Set(['drain']));
});

test('it goes on after an answer that does not come', async () => {
  const real = AbortSignal.timeout.bind(AbortSignal);
  const timeout = jest.spyOn(AbortSignal, 'timeout').mockImplementation(() => real(200));
  try {
    const { left, said } = await drained([line(pod('a', 'evicted')), 'silence', line()]);
    expect([left, said.filter((one) => one.startsWith('waiting for the plugin'))]).toEqual([[], ['waiting for the plugin: it took too long']]);
  } finally {
    timeout.mockRestore();
  }
});

test('it ends where another plugin has the node name', async () => {
  await expect(drained([line(pod('a', 'evicted')), new ProviderError('Conflict', 'another plugin has claimed the node name n')])).rejects.toThrow('another plugin has claimed');
});

test('it may evict nothing, and says what is left when the time is over', async () => {
  const { left, asked } = await drained([line(pod('a', 'running'))], { waitOnly: true, timeoutMs: 600 });
  expect(left).toEqual([pod('a', 'running')]);
  expect([asked[0], new Set(asked.slice(1))]).toEqual(['cordon', new Set(['state'])]);
});

test('it says so where evictions would be forgotten', async () => {
  expect((await drained([{ ...line(), isDurable: false }])).said[1]).toContain('no writable DataDir');
});

test.each<[what: string, isLocal: boolean, headers: Record<string, string>]>([
  ['an address beyond this host', false, {}],
  ['a web page', true, { origin: 'http://page.example' }],
  ['a name that was turned to the loopback address', true, { host: 'page.example' }],
])('%s cannot drain a node', async (_what, isLocal, headers) => {
  const provider = new Drained([line()]);
  const server = await startServer({ app: createApp(provider, { log: silentLogger, isLocal }), host: '127.0.0.1', port: 0 });
  try {
    const endpoint = { host: '127.0.0.1', port: Number(new URL(server.address).port) };
    const answers = ['cordon', 'uncordon', 'drain'].map((order) => call(endpoint, 'POST', `/debug/node/${order}`, { headers }));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([403, 403, 403]);
    expect((await call(endpoint, 'GET', '/debug/node', { headers })).status).toBe(403);
    expect(provider.asked).toEqual([]);
  } finally {
    await server.close(100);
  }
});
