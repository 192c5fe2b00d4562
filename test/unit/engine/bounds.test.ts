import { connectEngine, type Engine } from '../../../src/engine/index.js';
import { eventually } from '../../support/eventually.js';
import { HeldAnswers, json, RecordingEngine } from './recording-engine.js';

const LIMITS = { parallelCalls: 3, parallelStarts: 2 };
const MANY = Array.from({ length: 8 }, (_, index) => `c${index}`);

let recorder: RecordingEngine;
let engine: Engine;
beforeEach(async () => {
  recorder = await new RecordingEngine().on('POST /containers/c/stop', json(204)).listen();
  engine = connectEngine(recorder.address, LIMITS);
});
afterEach(() => recorder.remove());

/** Asks something that is not bounded, twice: what was sent before it has arrived then. */
async function arrive(): Promise<void> {
  await engine.stopContainer('c', 1);
  await engine.stopContainer('c', 1);
}

test.each<[name: string, most: number, call: (id: string) => Promise<unknown>, answer: unknown]>([
  ['short calls', LIMITS.parallelCalls, (id) => engine.inspectContainer(id), {}],
  ['calls of several kinds', LIMITS.parallelCalls, (id) => (id > 'c3' ? engine.inspectNetwork(id) : engine.createContainer(id, { Image: 'i' })), {}],
  ['starts', LIMITS.parallelStarts, (id) => engine.startContainer(id), undefined],
])('the engine never has more than its number of %s (%i), and gets all of them', async (_name, most, call, answer) => {
  const held = new HeldAnswers();
  recorder.on('*', held.handler);
  await engine.version();
  const done = Promise.all(MANY.map(call));
  let answered = 0;
  while (answered < MANY.length) {
    const expected = Math.min(most, MANY.length - answered);
    await eventually(() => held.count >= expected, { intervalMs: 2 });
    await arrive();
    expect(held.count).toBe(expected);
    held.release(200, answer);
    answered += expected;
  }
  await done;
});

test('starts that wait, and pulls, hold up no short call', async () => {
  const held = new HeldAnswers();
  recorder.on('*', held.handler).on('GET /containers/c/json', json(200, { Id: 'c' }));
  const waiting = Promise.all([...MANY.map((id) => engine.startContainer(id)), ...MANY.map((id) => engine.pullImage({ name: id }, () => undefined))]);
  waiting.catch(() => undefined); // the connection is broken at the end
  await eventually(() => held.count === LIMITS.parallelStarts + MANY.length);
  expect(await engine.inspectContainer('c')).toEqual({ Id: 'c' });
  await recorder.stop();
  await expect(waiting).rejects.toMatchObject({ tag: 'Unavailable' });
});

test('a call that failed gives its place to the next', async () => {
  const one = connectEngine(recorder.on('*', json(500, { message: 'no' })).address, { parallelCalls: 1, parallelStarts: 1 });
  const calls = MANY.flatMap((id) => [one.inspectContainer(id), one.startContainer(id)]);
  const results = await Promise.allSettled(calls);
  expect(results.map(({ status }) => status)).toEqual(calls.map(() => 'rejected'));
  expect(recorder.asked).toHaveLength(calls.length);
});

test('open streams take no place', async () => {
  recorder.on('*', (_request, response) => response.writeHead(200).flushHeaders()).on('GET /containers/c/json', json(200, {}));
  const logs = await Promise.all(MANY.map((id) => engine.containerLogs(id, { follow: true, timestamps: false })));
  expect(await engine.inspectContainer('c')).toEqual({});
  logs.forEach((log) => log.destroy());
});
