import type { ErrorKind } from '../../errors.js';

/**
 * What becomes of a field: `honoured` does what Kubernetes says; `warned` is accepted without its effect, said aloud;
 * `notApplicable` is read by no kubelet; `refused` would change how the pod runs, and cannot be had.
 */
export type Verdict = 'honoured' | 'warned' | 'notApplicable' | 'refused';

/** Whether a value is one that a field may have. */
export interface Accepts {
  (value: unknown): boolean;
  /** All of them, where they can be listed. */
  readonly values?: readonly unknown[];
}

export interface FieldRule {
  readonly verdict: Verdict;
  /** For people; empty where the verdict says it all. */
  readonly reason: string;
  /**
   * Of a field that is not honoured: values that ask for nothing beyond what happens anyway, such as those an API server fills in.
   * Of one that is: the values that a kubelet takes.
   */
  readonly accepts: Accepts;
  /** Of a field that is honoured: the id of the tests that show it. */
  readonly shownBy?: string;
  /** Of a field that is refused: an API server or a kubelet of today refuses it too. */
  readonly byAll?: true;
  /** Tag of the refusal: `Forbidden` for what would touch the host. */
  readonly kind: ErrorKind & ('InvalidPod' | 'Forbidden');
}

/**
 * Rules by path below `pod`: `[]` stands for every item of a list, `*` for every key of a map without a rule of its own. Of a
 * field that is not honoured, everything below goes with it.
 */
export type FieldTable = Readonly<Record<string, FieldRule>>;

/** @param reason who reads it instead of the kubelet */
export function notApplicable(reason: string): FieldRule {
  return rule('notApplicable', reason);
}

/** @param shownBy acceptance row of the test that shows it; the titles of such tests begin with it */
export function honoured(shownBy: string): FieldRule {
  return { ...rule('honoured', '', () => true), shownBy };
}

/** Honoured, where a kubelet on Linux takes these values only. */
export function honouredAs(shownBy: string, ...values: readonly string[]): FieldRule {
  return { ...rule('honoured', `it can only be ${values.join(' or ')}`, only(...values)), shownBy };
}

export function warned(reason: string, accepts: Accepts = isEmpty): FieldRule {
  return rule('warned', reason, accepts);
}

export function refused(reason: string, accepts: Accepts = isEmpty): FieldRule {
  return rule('refused', reason, accepts);
}

export function forbidden(reason: string, accepts: Accepts = isEmpty): FieldRule {
  return { ...refused(reason, accepts), kind: 'Forbidden' };
}

/** Refused, as by Kubernetes itself. */
export function refusedByAll(reason: string, accepts: Accepts = () => false): FieldRule {
  return { ...refused(reason, accepts), byAll: true };
}

/** Accepts these values, and none at all. */
export function only(...values: readonly unknown[]): Accepts {
  return Object.assign((value: unknown) => value === '' || values.includes(value), { values });
}

/** What Go leaves out, or writes for nothing: no text, no, an empty list or map. The number 0 may mean something. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every((member) => member === null || isEmpty(member));
  return value === '' || value === false || value === null;
}

function rule(verdict: Verdict, reason: string, accepts: Accepts = () => false): FieldRule {
  return { verdict, reason, accepts, kind: 'InvalidPod' };
}
