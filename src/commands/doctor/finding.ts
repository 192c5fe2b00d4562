/** What one check has found. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail';
  /** What was looked at, in a word or two. */
  readonly check: string;
  readonly seen: string;
  /** What to do about it; absent where it is well. */
  readonly advice?: string;
}

export function ok(check: string, seen: string): Finding {
  return { level: 'ok', check, seen };
}

/** The plugin runs, with less than it could have. */
export function warn(check: string, seen: string, advice: string): Finding {
  return { level: 'warn', check, seen, advice };
}

/** The plugin does not run, or no pod does. */
export function fail(check: string, seen: string, advice: string): Finding {
  return { level: 'fail', check, seen, advice };
}

/** A finding a line, for a person. Pure. */
export function toText(findings: readonly Finding[]): string {
  const width = Math.max(0, ...findings.map(({ check }) => check.length));
  return findings.map(({ level, check, seen, advice }) => `${level.padEnd(4)}  ${check.padEnd(width)}  ${seen}${advice === undefined ? '' : ` -> ${advice}`}\n`).join('');
}
