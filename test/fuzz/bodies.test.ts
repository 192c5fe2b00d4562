/** Bodies of the four calls, against the whole server over an engine in memory: an answer of 200 or one that says what is wrong. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { createApp } from '../../src/api/index.js';
import { DockerProvider } from '../../src/docker/index.js';
import { openJournal } from '../../src/docker/journal/index.js';
import { silentLogger } from '../../src/log.js';
import { FakeEngine } from '../fakes/fake-engine.js';
import { type Answer, call } from '../support/endpoint.js';
import { eventually } from '../support/eventually.js';
import type { Json } from '../unit/wire/bodies.js';
import { captures } from '../unit/wire/captured.js';
import { catches, fuzz } from './fuzz.js';
import { type Mutation, mutate, mutations, strange } from './mutations.js';

const LABEL = 'io.kubernetes.pod.uid';
const engine = new FakeEngine({ images: ['busybox:1.36'] });
const failures: unknown[] = [];
const note = (error: unknown): void => void failures.push(error);
let provider: DockerProvider;
let server: http.Server;

beforeAll(async () => {
  process.on('unhandledRejection', note);
  provider = new DockerProvider({ engine, node: 'node', network: { podCidr: '10.213.0.0/16', subnetBits: 24 }, sandboxImage: 'sandbox:1', journal: await openJournal(undefined, silentLogger), logger: silentLogger });
  engine.runs(() => ({ exits: 0 }));
  await provider.start();
  server = http.createServer(createApp(provider, { log: silentLogger })).listen(0, '127.0.0.1');
  await eventually(async () => {
    const { status, text } = await send('status', []);
    if (status !== 200) throw new Error(text);
    return true;
  }, { deadlineMs: 30_000 });
}, 60_000);

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await provider.stop();
  process.off('unhandledRejection', note);
  expect(failures).toEqual([]);
});

type Call = 'create' | 'delete' | 'status' | 'getLogs';

function send(path: Call, body: unknown): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? '');
  return call({ host: '127.0.0.1', port }, 'POST', `/${path}`, { body: text, headers: { 'content-type': 'application/json' } });
}

/** What is on the engine for pods. */
async function ofPods(): Promise<string> {
  const containers = await engine.listContainers([LABEL]);
  const volumes = await engine.listVolumes([LABEL]);
  return JSON.stringify([containers.map(({ Id }) => Id).sort(), volumes.map(({ Name }) => Name).sort()]);
}

/** A path in the body, or the body as a whole. */
const FIELD = /^\[\d+\]|\b(?:pod|spec|metadata|status|container|jobConfig|Opts|Pod\w+|ContainerName|Namespace|\w+(?:\[\d+\]|\.\w+)|body)\b/;

function isClear(answer: Answer, body: unknown): void {
  const { status, text } = answer;
  const said = `${status} ${text.slice(0, 300)} to ${JSON.stringify(body)?.slice(0, 3000)}`;
  if (status >= 500 || status < 200) throw new Error(said);
  if (status === 400 && body !== null && !FIELD.test(text)) throw new Error(`names no field: ${said}`);
  if (status >= 400 && (text.trim() === '' || text.includes('internal error') || /\n\s+at /.test(text))) throw new Error(`nothing clear: ${said}`);
  if (({} as Record<string, unknown>)['polluted'] !== undefined) throw new Error(`every object has a new member: ${said}`);
}

interface Input {
  /** Which of the captured bodies. */
  readonly capture: number;
  readonly changes: readonly Mutation[];
}

const bodies = (prefix: string): readonly Json[] => captures(prefix).map(({ request }) => request as Json);
const CREATES = bodies('create');

type Create = (body: Json) => Promise<Answer>;

/** A refused pod leaves nothing; an accepted one leaves nothing once it is deleted. */
function leavesNothing(create: Create): (input: Input) => Promise<void> {
  return async ({ capture, changes }) => {
    const body = mutate(withUid(CREATES[capture % CREATES.length] ?? null), changes);
    const before = await ofPods();
    const answer = await create(body);
    isClear(answer, body);
    if (answer.status === 200) {
      for (const pod of Array.isArray(body) ? body : [body]) await remove((pod as { pod: Json }).pod);
    }
    await eventually(async () => {
      const after = await ofPods();
      if (after !== before) throw new Error(`${answer.status} left ${after}, not ${before}: ${JSON.stringify(body).slice(0, 3000)}`);
      return true;
    }, { deadlineMs: 30_000, intervalMs: 5 });
  };
}

async function remove(pod: Json): Promise<void> {
  const deletion = { ...(pod as Record<string, Json>), metadata: { ...(pod as { metadata: Record<string, Json> }).metadata, deletionGracePeriodSeconds: 0 } };
  const { status, text } = await send('delete', deletion);
  if (status !== 200) throw new Error(`the delete of what was accepted: ${status} ${text}: ${JSON.stringify(deletion).slice(0, 1000)}`);
}

let serial = 0;

/** A pod that was never there: one that was deleted is refused. */
function withUid(body: Json): Json {
  const copy = structuredClone(body) as { pod: { metadata: { uid: string } } };
  copy.pod.metadata.uid = `fuzz-${process.pid}-${serial++}`;
  return copy;
}

const input: fc.Arbitrary<Input> = fc.record({ capture: fc.nat(50), changes: mutations });
const creates = { name: 'create bodies', input, runs: 150, check: leavesNothing((body) => send('create', body)), outcome: '200, or a 4xx that says why; nothing left behind' };
fuzz<Input>(creates);
catches<Input>(creates, 'a server that fails at what it does not know', leavesNothing(async (body) => {
  const answer = await send('create', body);
  return answer.status === 400 ? { ...answer, status: 500 } : answer;
}));

interface Other extends Input {
  readonly call: Exclude<Call, 'create'>;
}

fuzz<Other>({
  name: 'bodies of the other calls',
  input: fc.record({ call: fc.constantFrom('delete', 'status', 'getLogs'), capture: fc.nat(50), changes: mutations }),
  runs: 300,
  outcome: '200, or a 4xx that says why',
  check: async ({ call: name, capture, changes }) => {
    const known = bodies(name.toLowerCase());
    const body = mutate(known[capture % known.length] ?? null, changes);
    isClear(await send(name, body), body);
  },
});

interface Raw {
  readonly call: Call;
  readonly text: string;
}

fuzz<Raw>({
  name: 'bodies of any text',
  input: fc.record({ call: fc.constantFrom<Call>('create', 'delete', 'status', 'getLogs'), text: fc.oneof(fc.string({ unit: 'binary' }), fc.json(), strange.map((value) => JSON.stringify(value))) }),
  runs: 200,
  outcome: '200, or a 4xx that says why',
  check: async ({ call: name, text }) => {
    const answer = await send(name, text);
    isClear(answer, text);
  },
  nasty: [
    { call: 'create', text: '['.repeat(16 * 2 ** 20 - 100) },
    { call: 'create', text: `{"pod":${'{"a":'.repeat(1e6)}1${'}'.repeat(1e6)}}` },
    { call: 'status', text: `[${'[],'.repeat(1e5)}[]]` },
    { call: 'getLogs', text: `{"PodUID":"u","Opts":${'['.repeat(1e5)}${']'.repeat(1e5)}}` },
    { call: 'create', text: `{"pod":${'"'.repeat(3)}` },
  ],
});
