/** What was stored and may be torn or somebody else's: the journal's file and the record in a sandbox's environment. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { keyOf, type JournalEntry, parseJournal, toLine } from '../../src/docker/journal/entries.js';
import { DamagedRecord, decodeRecord, encodeRecord, type PodRecord, UnknownRecordVersion } from '../../src/docker/record/index.js';
import { catches, fuzz } from './fuzz.js';
import { rejectsOnly } from './throws-only.js';

const id = fc.oneof(fc.stringMatching(/^[a-f0-9]{1,8}$/), fc.constantFrom('__proto__', 'constructor', '', '\n', 'done', '"'));
const entry: fc.Arbitrary<JournalEntry> = fc.oneof(
  fc.record({ kind: fc.constant('delete' as const), podUid: id, graceSeconds: fc.nat(), at: fc.constant('2026-01-01T00:00:00Z') }),
  fc.record({ kind: fc.constant('endedFromOutside' as const), containerId: id, signal: fc.nat(64) }),
);
const change = fc.oneof(entry, entry.map((one) => ({ done: keyOf(one) })));

interface Journal {
  readonly changes: readonly (JournalEntry | { readonly done: string })[];
  /** How much of the last line was written; and what stands among the lines. */
  readonly torn: number;
  readonly garbage: string;
}

/** Torn anywhere, a journal tells of every whole line; garbage between lines costs nothing else. */
function remembers(parse: typeof parseJournal): (input: Journal) => void {
  return ({ changes, torn, garbage }) => {
    const expected = new Map<string, JournalEntry>();
    for (const one of changes) {
      if ('done' in one) expected.delete(one.done);
      else expected.set(keyOf(one), one);
    }
    const noise = garbage.replaceAll('\n', ' ');
    const whole = changes.map((one) => `${toLine(one)}${isEntry(noise) ? '' : `${noise}\n`}`).join('');
    const last = toLine({ done: [...expected.keys()][0] ?? 'nothing' });
    const read = parse(whole + last.slice(0, Math.min(torn, last.length - 1)));
    if (JSON.stringify([...read]) !== JSON.stringify([...expected])) throw new Error(`${JSON.stringify([...read])}, not ${JSON.stringify([...expected])}`);
    parse(garbage);
  };
}

function isEntry(line: string): boolean {
  return parseJournal(`${line}\n`).size > 0 || line.includes('"done"');
}

const noise = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.constantFrom('{}', '[]', 'null', '{"kind":"delete"}', '{"kind":"delete","podUid":5}', '{"__proto__":{"done":"x"}}', '{"done":5}'));
const journal = {
  name: 'journals',
  input: fc.record({ changes: fc.array(change, { maxLength: 8 }), torn: fc.nat(200), garbage: noise }),
  runs: 1000,
  check: remembers(parseJournal),
  outcome: 'every whole line is remembered',
  nasty: [{ changes: [], torn: 0, garbage: '['.repeat(1e6) }],
};
fuzz<Journal>(journal);
catches<Journal>(journal, 'a reader that takes a torn line for a whole one', remembers((text) => parseJournal(`${text}
`)));
catches<Journal>(journal, 'a reader that throws at garbage', remembers((text) => {
  for (const line of text.split('\n').slice(0, -1)) JSON.parse(line);
  return parseJournal(text);
}));

/** Damage of a record: its strings cut, mixed, bent or others. */
interface Environment {
  readonly env: readonly string[];
}

async function isRefusedOrPod({ env }: Environment): Promise<void> {
  const record = await rejectsOnly([DamagedRecord, UnknownRecordVersion], () => decodeRecord(env));
  if (record === undefined) return;
  if (typeof record.pod.metadata.uid !== 'string' || !Array.isArray(record.pod.spec.containers)) throw new Error('a record without a pod');
}

const strings = fc.constantFrom(...[1, 3].flatMap((version) => JSON.parse(readFileSync(`test/fixtures/records/version-${version}.json`, 'utf8')) as string[]));
const bent = fc.tuple(strings, fc.nat(400), fc.string({ unit: 'binary', maxLength: 3 })).map(([text, at, patch]) => text.slice(0, at) + patch + text.slice(at + patch.length));
const foreign = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('INTERLINK_RECORD_VERSION=', 'INTERLINK_RECORD_VERSION=99', 'INTERLINK_RECORD_VERSION=1', 'INTERLINK_RECORD_0=', 'INTERLINK_RECORD_1=', 'INTERLINK_RECORD_999999999999=x', 'INTERLINK_RECORD_-1=x', 'PATH=/bin'));
const anyJson = fc.tuple(fc.constantFrom(1, 2, 3, 4, 5), fc.json()).map(([version, json]) => ({ version, json }));

fuzz<Environment>({
  name: 'records',
  input: fc.record({ env: fc.array(fc.oneof(strings, bent, foreign), { maxLength: 5 }) }),
  runs: 1000,
  check: isRefusedOrPod,
  outcome: 'read, or refused as damaged or of a newer version',
});

/** Of any JSON that is whole: only what has a pod is one. */
const packed = {
  name: 'records of any JSON',
  input: anyJson,
  runs: 300,
  outcome: 'read, or refused as damaged',
  check: async ({ version, json }: { version: number; json: string }): Promise<void> => {
    const value = JSON.parse(json) as unknown;
    const record = typeof value === 'object' && value !== null ? value : { pod: value };
    await isRefusedOrPod({ env: await encodeRecord({ pod: null, ...record, version } as unknown as PodRecord) });
  },
};
fuzz<{ version: number; json: string }>(packed);
catches<Environment>({ name: 'records', input: fc.record({ env: fc.array(fc.oneof(strings, bent, foreign), { maxLength: 5 }) }) }, 'a reader with an error of another kind', async ({ env }) => {
  await rejectsOnly([DamagedRecord, UnknownRecordVersion], async () => JSON.parse((env[0] ?? '').split('=')[1] ?? '') as unknown);
});
