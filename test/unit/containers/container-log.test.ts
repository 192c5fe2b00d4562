import { getEventListeners } from 'node:events';
import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ContainerLog } from '../../../src/containers/index.js';
import type { LogOptions } from '../../../src/provider/index.js';

const PLAIN: LogOptions = { timestamps: false, follow: false, previous: false };
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const NEVER = new AbortController().signal;

function written(): ContainerLog {
  const log = new ContainerLog();
  log.write('one\ntw', at(1));
  log.write('o\nthree\nunfin', at(2));
  return log;
}

test.each<[name: string, options: Partial<LogOptions>, log: string]>([
  ['all', {}, 'one\ntwo\nthree\nunfin'],
  ['tail, in which a line that has not ended counts', { tailLines: 2 }, 'three\nunfin'],
  ['tail, more than there is', { tailLines: 9 }, 'one\ntwo\nthree\nunfin'],
  ['bytes', { limitBytes: 5 }, 'one\nt'],
  ['bytes of what tail leaves', { tailLines: 2, limitBytes: 3 }, 'thr'],
  ['since: a line is as old as its beginning', { since: at(2) }, 'three\nunfin'],
  ['since, before tail', { since: at(2), tailLines: 1 }, 'unfin'],
  ['timestamps', { timestamps: true, tailLines: 2 }, '2026-01-01T00:00:02.000Z three\n2026-01-01T00:00:02.000Z unfin'],
])('%s', async (_name, options, expected) => {
  expect(await text(written().read({ ...PLAIN, ...options }, NEVER))).toBe(expected);
});

test('a follow has what comes, goes on with a line that had begun, and ends with the log', async () => {
  const log = written();
  const followed = text(log.read({ ...PLAIN, follow: true, tailLines: 1 }, NEVER));
  await new Promise(setImmediate);
  log.write('ished\nfour\nfi', at(3));
  await new Promise(setImmediate);
  log.write('ve', at(4));
  log.close();
  expect(await followed).toBe('unfinished\nfour\nfive');
});

test('a follow ends when its reader has left', async () => {
  const leaving = new AbortController();
  const followed = text(written().read({ ...PLAIN, follow: true }, leaving.signal));
  await new Promise(setImmediate);
  leaving.abort();
  expect(await followed).toBe('one\ntwo\nthree\nunfin');
});

test('the oldest lines go where there are too many, and a follow does not lose its place', async () => {
  const log = new ContainerLog();
  log.write('first\n', at(0));
  const followed = text(log.read({ ...PLAIN, follow: true }, NEVER));
  await new Promise(setImmediate);
  for (let line = 0; line < 11; line += 1) log.write(`${String(line).padStart(1024 * 1024 - 1)}\n`, at(1));
  log.close();
  const lines = (await text(log.read(PLAIN, NEVER))).trimEnd().split('\n').map((line) => line.trim());
  expect(lines).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
  expect((await followed).split('\n').map((line) => line.trim())).toEqual(['first', ...lines, '']);
});

test('a log of empty lines has its bound, too', async () => {
  const log = new ContainerLog();
  for (let chunk = 0; chunk < 30; chunk += 1) log.write('\n'.repeat(10_000), at(1));
  log.write('last\n', at(2));
  const lines = (await text(log.read(PLAIN, NEVER))).split('\n');
  expect(lines.slice(-2)).toEqual(['last', '']);
  expect(lines.length).toBeGreaterThan(10_000);
  expect(lines.length).toBeLessThan(50_000);
});

test('a line without an end has its bound, and is one line for tail and for stamps', async () => {
  const log = new ContainerLog();
  log.write('before\n', at(0));
  for (let chunk = 0; chunk < 8; chunk += 1) log.write('x'.repeat(10_000), at(1));
  expect((await text(log.read({ ...PLAIN, tailLines: 2, timestamps: true }, NEVER))).replace(/x+/, (many) => `${many.length}`)).toBe('2026-01-01T00:00:00.000Z before\n2026-01-01T00:00:01.000Z 80000');
  log.write('y\nafter\n', at(2));
  expect(await text(log.read({ ...PLAIN, tailLines: 2 }, NEVER))).toBe(`${'x'.repeat(80_000)}y\nafter\n`);
  expect(await text(log.read({ ...PLAIN, since: at(2) }, NEVER))).toBe('after\n');
  for (let chunk = 0; chunk < 12 * 16; chunk += 1) log.write(Buffer.alloc(64 * 1024, 'z'), at(3));
  expect((await text(log.read(PLAIN, NEVER))).length).toBeLessThanOrEqual(10 * 1024 * 1024);
});

test('a follow that has seen the beginning of a line has the rest of it once, over all pieces', async () => {
  const log = new ContainerLog();
  log.write('x'.repeat(20_000), at(1));
  const followed = text(log.read({ ...PLAIN, follow: true, timestamps: true }, NEVER));
  await new Promise(setImmediate);
  log.write(`${'x'.repeat(20_000)}\nnext\n`, at(2));
  log.close();
  expect(await followed).toBe(`2026-01-01T00:00:01.000Z ${'x'.repeat(40_000)}\n2026-01-01T00:00:02.000Z next\n`);
});

test('a follow keeps nothing of what it was woken for', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const leaving = new AbortController();
  const log = new ContainerLog();
  const followed = text(log.read({ ...PLAIN, follow: true }, leaving.signal));
  const wake = async (times: number) => {
    for (let time = 0; time < times; time += 1) {
      log.write('', at(1));
      await new Promise(setImmediate);
    }
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = await wake(1_000);
  expect(((await wake(50_000)) - before) / 50_000).toBeLessThan(50);
  expect(getEventListeners(leaving.signal, 'abort').length).toBeLessThanOrEqual(1);
  leaving.abort();
  await followed;
});
