import { ProviderError } from '../../errors.js';
import type { NodePolicy, PodSecurityPolicy } from '../node/index.js';
import type { FieldRule } from './field-rules.js';

/** One thing about a pod that must be said. */
export interface Finding {
  /** `warning` lets the pod pass. */
  readonly kind: FieldRule['kind'] | 'warning';
  /** Begins with the field's path. */
  readonly message: string;
}

/** More would not fit a person's screen, or a log line. */
const MOST_REFUSALS = 8;
const MOST_WARNINGS = 20;

export function invalid(path: string, why: string): Finding {
  return { kind: 'InvalidPod', message: `${path}: ${why}` };
}

/** What the operator's level does not let a pod have. */
export function over({ level }: PodSecurityPolicy, path: string, why: string): Finding {
  return { kind: 'Forbidden', message: `${path}: over the level ${level} of this node: ${why}` };
}

/** A value inside an error: quoted, and cut where it is long. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

/**
 * The warnings among the findings; where the operator is strict they are refusals.
 * @throws ProviderError with every refusal in it; `Forbidden` where one of them is
 */
export function toVerdict(findings: readonly Finding[], { strict }: Pick<NodePolicy, 'strict'>): { warnings: string[] } {
  const refusals = findings.filter(({ kind }) => strict || kind !== 'warning');
  if (refusals.length === 0) return { warnings: findings.slice(0, MOST_WARNINGS).map(({ message }) => message) };
  const shown = refusals.slice(0, MOST_REFUSALS).map(({ message }) => message);
  const more = refusals.length > shown.length ? [`and ${refusals.length - shown.length} more`] : [];
  throw new ProviderError(refusals.some(({ kind }) => kind === 'Forbidden') ? 'Forbidden' : 'InvalidPod', [...shown, ...more].join('; '));
}
