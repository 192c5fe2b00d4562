/** `must`: the cluster, or its users' data, come to harm without it. `should`: somebody misses something. */
export type Severity = 'must' | 'should';

/** What became of one rule. */
export interface RuleResult {
  readonly id: string;
  readonly sentence: string;
  /** What interLink, the virtual kubelet or Kubernetes does that makes it a rule. */
  readonly source: string;
  readonly severity: Severity;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Of a failed rule: what it takes, and what was seen in its place. */
  readonly expected?: string;
  readonly seen?: string;
  /** Why a rule was skipped. */
  readonly reason?: string;
}

/** What became of all rules, in the order of `RULES`. */
export interface ConformanceReport {
  readonly url: string;
  readonly results: readonly RuleResult[];
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** UIDs of pods that the plugin had taken on, and failed to delete at the end. */
  readonly leftBehind: readonly string[];
}

/** Whether no rule that is a must has failed. */
export function passes({ results }: ConformanceReport): boolean {
  return !results.some(({ severity, outcome }) => severity === 'must' && outcome === 'failed');
}

/** One rule as lines for a person. */
export function resultText({ id, sentence, source, severity, outcome, expected, seen, reason }: RuleResult): string {
  const head = `${outcome.padEnd(7)} ${severity.padEnd(6)} ${id}: ${sentence}`;
  if (outcome === 'failed') return [head, `        expected: ${expected ?? ''}`, `        seen:     ${seen ?? ''}`, `        why:      ${source}`].join('\n');
  return reason === undefined ? head : `${head}\n        ${reason}`;
}

/** The last line of a report. */
export function summaryText({ url, results, passed, failed, skipped }: ConformanceReport): string {
  const musts = results.filter(({ severity, outcome }) => severity === 'must' && outcome === 'failed').length;
  return `${passed} passed, ${failed} failed (${musts} of them a must), ${skipped} skipped: ${url}`;
}

/** What somebody has to clear away by hand, as a line; `undefined`: nothing. */
export function leftBehindText({ leftBehind }: ConformanceReport): string | undefined {
  return leftBehind.length === 0 ? undefined : `left behind, as their deletes failed: ${leftBehind.join(', ')}`;
}

/** The whole report as text. */
export function reportText(report: ConformanceReport): string {
  return [...report.results.map(resultText), summaryText(report), leftBehindText(report)].filter((line) => line !== undefined).join('\n');
}
