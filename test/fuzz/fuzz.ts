/** Fuzz targets: a corpus of cases that are tried each time, then random input of a printed seed. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { countFigure, SEED, THOROUGH } from '../support/thorough.js';

export interface Target<Input> {
  /** Also of its file in the corpus. */
  readonly name: string;
  readonly input: fc.Arbitrary<Input>;
  /** Throws when something does not hold. */
  readonly check: (input: Input) => void | Promise<void>;
  /** Random inputs in `npm test`; the thorough run takes twenty times as many. */
  readonly runs: number;
  /** Cases too large for a file. */
  readonly nasty?: readonly Input[];
  /** What holds, for docs/reliability.md. */
  readonly outcome: string;
}

const CORPUS = 'test/fuzz/corpus';
const THOROUGH_FACTOR = 20;
const SECONDS = Number(process.env['FUZZ_SECONDS'] ?? 0);
const MINUTE = 60_000;
/** Enough for a wrong implementation to be caught. */
const PLANTED_RUNS = 5000;

/** The tests of one target. */
export function fuzz<Input>(target: Target<Input>): void {
  const cases = [...readCorpus<Input>(target.name), ...(target.nasty ?? [])];
  test(`${target.name}: ${cases.length} cases of the corpus`, async () => {
    for (const input of cases) {
      try {
        await target.check(input);
      } catch (cause) {
        throw new Error(`${target.name} fails with ${shown(input)}`, { cause });
      }
    }
  }, MINUTE);
  test(`${target.name}: random input of seed ${SEED}`, async () => {
    const { numRuns } = await run(target, target.check, runsOf(target));
    tell(target, cases.length, numRuns);
  }, MINUTE * 10 + SECONDS * 1000);
}

/** A test that the check of a target sees a wrong implementation: one of its cases or some random input fails. */
export function catches<Input>(target: Pick<Target<Input>, 'name' | 'input' | 'nasty'>, defect: string, check: Target<Input>['check']): void {
  test(`${target.name} catches ${defect}`, async () => {
    for (const input of [...readCorpus<Input>(target.name), ...(target.nasty ?? [])]) if (await fails(check, input)) return;
    await expect(run(target, check, { numRuns: PLANTED_RUNS })).rejects.toThrow();
  }, MINUTE);
}

/** @throws with the smallest input that fails, and the seed */
async function run<Input>({ name, input }: Pick<Target<Input>, 'name' | 'input'>, check: Target<Input>['check'], amount: Amount): Promise<fc.RunDetails<[Input]>> {
  const property = fc.asyncProperty(input, async (value) => check(value));
  const details = await fc.check(property, { seed: SEED, ...amount });
  if (!details.failed) return details;
  const [smallest] = details.counterexample ?? [];
  const advice = `put it into ${CORPUS}/${name}.json; SEED=${SEED} gives it again`;
  throw new Error(`${name}: after ${details.numRuns} runs and ${details.numShrinks} steps to something smaller: ${shown(smallest)}\n${advice}`, { cause: details.errorInstance });
}

type Amount = Pick<fc.Parameters<unknown>, 'numRuns' | 'interruptAfterTimeLimit' | 'markInterruptAsFailure'>;

function runsOf({ runs }: { readonly runs: number }): Amount {
  if (SECONDS > 0) return { numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: SECONDS * 1000, markInterruptAsFailure: false };
  return { numRuns: Number(process.env['FUZZ_RUNS'] ?? runs * (THOROUGH ? THOROUGH_FACTOR : 1)) };
}

function tell({ name, outcome }: Pick<Target<unknown>, 'name' | 'outcome'>, cases: number, runs: number): void {
  const path = process.env['FUZZ_REPORT'];
  if (path !== undefined) appendFileSync(path, `${JSON.stringify({ target: name, cases, runs, seed: SEED })}\n`);
  countFigure({ what: `random input: ${name}`, count: cases + runs, unit: 'inputs', outcome });
}

function readCorpus<Input>(name: string): Input[] {
  const path = join(CORPUS, `${name}.json`);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Input[]) : [];
}

async function fails<Input>(check: Target<Input>['check'], input: Input): Promise<boolean> {
  try {
    await check(input);
    return false;
  } catch {
    return true;
  }
}

function shown(input: unknown): string {
  return fc.stringify(input).slice(0, 2000);
}
