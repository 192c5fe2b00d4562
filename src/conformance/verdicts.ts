/** A rule does not hold. */
export class RuleFailed extends Error {
  override readonly name = 'RuleFailed';

  constructor(
    readonly expected: string,
    readonly seen: string,
  ) {
    super(`expected ${expected}; seen ${seen}`);
  }
}

/** A rule cannot be tried on this plugin; the message is the reason. */
export class RuleSkipped extends Error {
  override readonly name = 'RuleSkipped';
}

const LONGEST_SHOWN = 300;

/** @throws RuleFailed where `holds` is false */
export function expectThat(holds: boolean, expected: string, seen: unknown): void {
  if (!holds) throw new RuleFailed(expected, shown(seen));
}

/** @throws RuleFailed where the two differ as JSON */
export function expectSame(seen: unknown, wanted: unknown, what: string): void {
  expectThat(shown(seen, Infinity) === shown(wanted, Infinity), `${what} ${shown(wanted)}`, seen);
}

/** @throws RuleFailed where an answer is no success; that it has to be 200 is a rule of its own */
export function expectSuccess({ status, text }: { readonly status: number; readonly text: string }): void {
  expectThat(status >= 200 && status < 300, 'HTTP 200', `HTTP ${status} ${shown(text)}`);
}

/** Anything as a short text. */
export function shown(value: unknown, longest = LONGEST_SHOWN): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  return text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text;
}
