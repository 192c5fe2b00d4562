import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Journal, type JournalEntry, openJournal } from '../../../../src/docker/journal/index.js';
import { type Logger, silentLogger } from '../../../../src/log.js';

const DELETE: JournalEntry = { kind: 'delete', podUid: 'p1', graceSeconds: 30, at: '2026-01-01T00:00:00.000Z' };
const ENDED: JournalEntry = { kind: 'endedFromOutside', containerId: 'c1', signal: 15 };
const STOPPED: JournalEntry = { kind: 'stoppedForHealth', containerId: 'c1', until: '2026-01-01T00:00:40.000Z' };
const EVICTED: JournalEntry = { kind: 'evicted', podUid: 'p1', message: 'too much', graceSeconds: 5, at: '2026-01-01T00:00:00.000Z' };

let root: string;
let dataDir: string;
const open: Journal[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'journal-'));
  dataDir = join(root, 'data');
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((journal) => journal.close()));
  rmSync(root, { recursive: true, force: true });
});

async function journalIn(directory: string | undefined, logger: Logger = silentLogger): Promise<Journal> {
  const journal = await openJournal(directory, logger);
  open.push(journal);
  return journal;
}
const path = (): string => join(dataDir, 'journal');
const reopened = async (): Promise<readonly JournalEntry[]> => (await journalIn(dataDir)).entries();

function recordingLogger(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const say = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const logger: Logger = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error'), child: () => logger };
  return { logger, lines };
}

test('is empty and private at first', async () => {
  const journal = await journalIn(dataDir);
  expect(journal.entries()).toEqual([]);
  expect(journal.isDurable).toBe(true);
  expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  expect(statSync(path()).mode & 0o777).toBe(0o600);
});

test('what was added outlives the process, in order; what was done does not', async () => {
  const journal = await journalIn(dataDir);
  await journal.add(DELETE);
  await journal.add(ENDED);
  await journal.add(STOPPED);
  await journal.add({ ...DELETE, podUid: 'p2' });
  await journal.add(EVICTED);
  await journal.done({ ...ENDED, signal: 0 });
  expect(await reopened()).toEqual([DELETE, STOPPED, { ...DELETE, podUid: 'p2' }, EVICTED]);
});

test('an entry is on disk when add resolves', async () => {
  const journal = await journalIn(dataDir);
  await journal.add(DELETE);
  expect(readFileSync(path(), 'utf8')).toContain('"podUid":"p1"');
});

test('calls made at once are all written', async () => {
  const journal = await journalIn(dataDir);
  const entries = Array.from({ length: 50 }, (_, i): JournalEntry => ({ ...DELETE, podUid: `p${i}` }));
  await Promise.all(entries.map((entry) => journal.add(entry)));
  await Promise.all(entries.slice(10).map((entry) => journal.done(entry)));
  expect(await reopened()).toEqual(entries.slice(0, 10));
});

test('is empty on disk when all is done', async () => {
  const journal = await journalIn(dataDir);
  await journal.add(DELETE);
  await journal.done(DELETE);
  expect(statSync(path()).size).toBe(0);
});

test('done of something unknown writes nothing', async () => {
  const journal = await journalIn(dataDir);
  await journal.add(DELETE);
  const before = readFileSync(path(), 'utf8');
  await journal.done(ENDED);
  expect(readFileSync(path(), 'utf8')).toBe(before);
});

test('a delete noted again stays when its older note is done', async () => {
  const journal = await journalIn(dataDir);
  await journal.add(DELETE);
  const again: JournalEntry = { ...DELETE, at: '2026-01-01T00:00:09.000Z' };
  await journal.add(again);
  await journal.done(DELETE);
  expect(await reopened()).toEqual([again]);
});

test('a last line cut short at any byte is ignored, and the next entry is whole', async () => {
  const journal = await journalIn(dataDir);
  await journal.add(DELETE);
  const kept = statSync(path()).size;
  await journal.add(ENDED);
  const text = readFileSync(path());
  for (let size = kept; size < text.length; size++) {
    writeFileSync(path(), text);
    truncateSync(path(), size);
    const after = await journalIn(dataDir);
    expect(after.entries()).toEqual([DELETE]);
    await after.add({ ...ENDED, containerId: 'c2' });
    expect(await reopened()).toEqual([DELETE, { ...ENDED, containerId: 'c2' }]);
  }
});

test.each(['not json\n', '{}\n', 'null\n', '{"kind":"delete"}\n', '{"kind":"other","podUid":"x"}\n', '\n'])('a line that is no entry is left out: %j', async (line) => {
  const journal = await journalIn(dataDir);
  await journal.add(DELETE);
  appendFileSync(path(), line);
  expect(await reopened()).toEqual([DELETE]);
});

test('does not grow without end', async () => {
  const journal = await journalIn(dataDir);
  await journal.add(DELETE);
  for (let round = 0; round < 8; round++) {
    const entries = Array.from({ length: 500 }, (_, i): JournalEntry => ({ ...DELETE, podUid: `${round}-${i}-${'x'.repeat(64)}` }));
    await Promise.all(entries.map((entry) => journal.add(entry)));
    await Promise.all(entries.map((entry) => journal.done(entry)));
  }
  expect(statSync(path()).size).toBeLessThan(512 * 1024);
  expect(await reopened()).toEqual([DELETE]);
}, 60_000); // thousands of synced writes

test('holds a bounded number of entries and says which it forgets', async () => {
  const { logger, lines } = recordingLogger();
  const journal = await journalIn(undefined, logger);
  await journal.add(DELETE);
  for (let i = 0; i < 1001; i++) await journal.add({ ...ENDED, containerId: `c${i}` });
  expect(journal.entries()).toHaveLength(1001);
  expect(journal.entries()[0]).toEqual(DELETE);
  expect(journal.entries()[1]).toEqual({ ...ENDED, containerId: 'c1' });
  expect(lines.filter((line) => line.startsWith('error'))).toHaveLength(1);
});

test.each<[string, () => string | undefined]>([
  ['no directory', () => undefined],
  ['a directory that cannot be made', () => {
    writeFileSync(dataDir, '');
    return join(dataDir, 'below-a-file');
  }],
])('%s: lives in memory and says so once', async (_name, directory) => {
  const { logger, lines } = recordingLogger();
  const journal = await journalIn(directory(), logger);
  await journal.add(DELETE);
  await journal.add(ENDED);
  await journal.done(ENDED);
  expect(journal.entries()).toEqual([DELETE]);
  expect(journal.isDurable).toBe(false);
  expect(lines).toEqual([expect.stringMatching(/^warn .*DataDir/)]);
});

test('a disk that fails is said once; what is known is written when it works again', async () => {
  const { logger, lines } = recordingLogger();
  const journal = await journalIn(dataDir, logger);
  rmSync(dataDir, { recursive: true });
  await journal.add(DELETE);
  await journal.add(ENDED);
  expect(journal.isDurable).toBe(false);
  expect(journal.entries()).toEqual([DELETE, ENDED]);
  mkdirSync(dataDir);
  await journal.add({ ...DELETE, podUid: 'p2' });
  expect(journal.isDurable).toBe(true);
  expect(await reopened()).toEqual([DELETE, ENDED, { ...DELETE, podUid: 'p2' }]);
  expect(lines.map((line) => line.split(' ')[0])).toEqual(['error', 'info']);
});

test('what a full disk holds at the start is known, and written again when there is room', async () => {
  const before = await journalIn(dataDir);
  await before.add(DELETE);
  mkdirSync(`${path()}.new`); // the file cannot be replaced
  const journal = await journalIn(dataDir);
  expect(journal.entries()).toEqual([DELETE]);
  expect(journal.isDurable).toBe(false);
  await journal.add(ENDED);
  rmSync(`${path()}.new`, { recursive: true });
  await journal.mend();
  expect(journal.isDurable).toBe(true);
  expect(await reopened()).toEqual([DELETE, ENDED]);
});

test('a directory that can be used later holds what it held before, and what has come since', async () => {
  const before = await journalIn(dataDir);
  await before.add(DELETE);
  renameSync(dataDir, `${dataDir}.away`);
  writeFileSync(dataDir, '');
  const journal = await journalIn(dataDir);
  await journal.add(ENDED);
  await journal.mend();
  expect([journal.isDurable, journal.entries()]).toEqual([false, [ENDED]]);
  rmSync(dataDir);
  renameSync(`${dataDir}.away`, dataDir);
  await journal.mend();
  expect(journal.isDurable).toBe(true);
  expect(await reopened()).toEqual([DELETE, ENDED]);
});

test('a delete that was carried out takes the place of what was to be', async () => {
  const journal = await journalIn(dataDir);
  const past: JournalEntry = { kind: 'deleted', podUid: 'p1', wasHere: true, at: '2026-01-01T00:00:05.000Z' };
  await journal.add(DELETE);
  await journal.add(past);
  expect(await reopened()).toEqual([past]);
  await journal.done(past);
  expect(await reopened()).toEqual([]);
});
