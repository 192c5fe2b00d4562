import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type Attempts, followAttempts } from '../../../../src/docker/logs/index.js';
import { ProviderError } from '../../../../src/errors.js';
import type { LogOptions } from '../../../../src/provider/index.js';

const FOLLOW: LogOptions = { timestamps: false, follow: true, previous: false };

/** Attempts 0 … by what each has written; none comes after the last. */
function attemptsOf(logs: readonly string[], opened: LogOptions[] = []): Attempts<number> {
  return {
    open: (attempt, options) => {
      opened.push(options);
      return Promise.resolve(Readable.from([Buffer.from(logs[attempt]?.slice(0, options.limitBytes) ?? '')]));
    },
    next: (after) => Promise.resolve(after + 1 < logs.length ? after + 1 : undefined),
  };
}

test('P87: the logs of the attempts come one after the other; what of a log is wanted is said of the first one', async () => {
  const opened: LogOptions[] = [];
  expect(await text(followAttempts(0, attemptsOf(['one\n', '', 'three\n'], opened), { ...FOLLOW, tailLines: 1 }))).toBe('one\nthree\n');
  expect(opened).toEqual([{ ...FOLLOW, tailLines: 1 }, FOLLOW, FOLLOW]);
});

test('P87: a limit of bytes is of all of them', async () => {
  const opened: LogOptions[] = [];
  expect(await text(followAttempts(0, attemptsOf(['one\n', 'two\n', 'three\n'], opened), { ...FOLLOW, limitBytes: 6 }))).toBe('one\ntw');
  expect(opened.map(({ limitBytes }) => limitBytes)).toEqual([6, 2]);
});

test('P87: a log that breaks off is the end of all', async () => {
  const broken = new ProviderError('EngineUnavailable', 'broke');
  const attempts: Attempts<number> = { open: () => Promise.reject(broken), next: () => Promise.resolve(undefined) };
  await expect(text(followAttempts(0, attempts, FOLLOW))).rejects.toBe(broken);
});

test('P87: a reader who leaves ends the log under way, and the waiting for the next', async () => {
  const log = new PassThrough();
  let waits: AbortSignal | undefined;
  const attempts: Attempts<number> = {
    open: () => Promise.resolve(log),
    next: (_after, signal) => new Promise(() => (waits = signal)),
  };
  const leaving = followAttempts(0, attempts, FOLLOW);
  log.write('a');
  await once(leaving, 'data');
  leaving.destroy();
  await once(log, 'close');
  const waiting = followAttempts(0, { ...attempts, open: () => Promise.resolve(Readable.from([])) }, FOLLOW).resume();
  while (waits === undefined) await new Promise(setImmediate);
  waiting.destroy();
  expect(waits.aborted).toBe(true);
});
