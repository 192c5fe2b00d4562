import { messageOf } from '../errors.js';
import type { ConformanceOptions } from './options.js';
import type { ConformanceReport, RuleResult } from './report.js';
import { RULES, type Rule } from './rules.js';
import { Stage } from './stage.js';
import { RuleFailed, RuleSkipped } from './verdicts.js';

const DEFAULT_TIMEOUT_MS = 15 * 60_000;

/**
 * Tries the rules of the wire on a plugin, one after the other, and deletes the pods it made. A rule that fails does not stop the rest.
 * @throws RangeError for a URL that is none, or a rule that is not there
 */
export async function runConformance(options: ConformanceOptions): Promise<ConformanceReport> {
  const { url, only, timeoutMs = DEFAULT_TIMEOUT_MS, signal, onResult } = options;
  const unknown = only?.find((id) => !RULES.some((rule) => rule.id === id));
  if (unknown !== undefined) throw new RangeError(`there is no rule ${unknown}: give one of ${RULES.map(({ id }) => id).join(', ')}`);
  const ending = new AbortController();
  // It holds the process, too: the clock's own timers do not.
  const timer = setTimeout(() => ending.abort(new Error(`the whole run took longer than ${timeoutMs / 1000} s`)), timeoutMs);
  const stage = new Stage(options, signal ? AbortSignal.any([signal, ending.signal]) : ending.signal);
  const results: RuleResult[] = [];
  let leftBehind: readonly string[];
  try {
    // What is wrong the rules will tell.
    await stage.begin().catch(() => undefined);
    for (const rule of RULES.filter(({ id }) => only === undefined || only.includes(id))) {
      const result = await tryRule(rule, stage);
      results.push(result);
      onResult?.(result);
    }
  } finally {
    leftBehind = await stage.clear();
    // What a rule has given up may be open still: a log that is followed, say.
    ending.abort();
    clearTimeout(timer);
  }
  const count = (outcome: RuleResult['outcome']): number => results.filter((result) => result.outcome === outcome).length;
  return { url, results, passed: count('passed'), failed: count('failed'), skipped: count('skipped'), leftBehind };
}

async function tryRule({ check, ...rule }: Rule, stage: Stage): Promise<RuleResult> {
  try {
    await check(stage);
    return { ...rule, outcome: 'passed' };
  } catch (error) {
    if (error instanceof RuleSkipped) return { ...rule, outcome: 'skipped', reason: error.message };
    if (error instanceof RuleFailed) return { ...rule, outcome: 'failed', expected: error.expected, seen: error.seen };
    return { ...rule, outcome: 'failed', expected: 'the calls of this rule are answered', seen: messageOf(error) };
  }
}
