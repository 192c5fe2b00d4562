import type { Severity } from './report.js';
import type { Stage } from './stage.js';

/** One rule of the wire. */
export interface Rule {
  /** `call-what`: names it in reports and for `only`. */
  readonly id: string;
  /** What holds for a plugin that keeps it. */
  readonly sentence: string;
  /** What interLink, the virtual kubelet or Kubernetes does that makes it a rule. */
  readonly source: string;
  readonly severity: Severity;
  /** Resolves where it holds. @throws RuleFailed, RuleSkipped; anything else counts as failed. @internal */
  readonly check: (stage: Stage) => Promise<void>;
}
