import { text } from 'node:stream/consumers';
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
