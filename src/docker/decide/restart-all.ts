import type { ObservedContainer } from '../record/index.js';
import { type End, toEnd } from './end.js';
import { hasEnded } from './engine-state.js';
import type { ContainerReading } from './reading.js';
import { afterExit, RESTART_ALL, type RestartPolicy } from './restart-rules.js';

/** That a rule has the whole pod begin again: what is of an era before is to be stopped, and runs again in its turn. */
export interface RestartOfAll {
  readonly at: Date;
  /** Id of the attempt whose end called for it, which is kept, as nothing else tells; the new era is named after it. */
  readonly era: string;
}

type Attempts = Pick<ContainerReading, 'spec' | 'attempts'>;

interface Containers {
  readonly inits: readonly Attempts[];
  readonly mains: readonly Attempts[];
  readonly restartPolicy: RestartPolicy;
  /** The one that is shared, if any. */
  readonly joined: ObservedContainer | undefined;
}

/** The newest restart of all that an end has called for. Ends that came after the pod's own, or by our stop, call for none. */
export function findRestartOfAll(pod: Containers): RestartOfAll | undefined {
  const all = [...pod.inits, ...pod.mains];
  if (!all.some(({ spec }) => spec.restartPolicyRules?.some(({ action }) => action === RESTART_ALL))) return undefined;
  return all
    .flatMap((container) => container.attempts.filter(hasEnded).flatMap((attempt) => callFrom(container, attempt, pod)))
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .at(-1);
}

/** Whether an attempt has no part in what the pod does now. Times do not tell: some starts were under way when the call came. */
export function isOfEraBefore(attempt: ObservedContainer, restart: RestartOfAll | undefined): boolean {
  return restart !== undefined && attempt.era !== restart.era;
}

function callFrom({ spec }: Attempts, attempt: ObservedContainer, pod: Containers): RestartOfAll[] {
  const end = toEnd(attempt, pod.joined);
  const calls = end.cause !== 'sandbox' && afterExit(spec, pod.restartPolicy, end.exitCode) === 'restartsAll';
  return calls && !cameAfterTheEnd(end, pod) ? [{ at: end.finishedAt, era: attempt.id }] : [];
}

/** Whether the pod had come to its own end by then, and only stopped what still ran: nothing starts in a pod that is over. */
function cameAfterTheEnd(end: End, pod: Containers): boolean {
  const decisive = pod.inits.map((init) => finalEndBy(end.finishedAt, init, pod)).filter((init) => init !== undefined && init.exitCode !== 0);
  const mains = pod.mains.map((main) => finalEndBy(end.finishedAt, main, pod));
  const ends = (decisive.length > 0 ? decisive : mains).map((one) => one?.finishedAt.getTime() ?? Infinity);
  return end.startedAt.getTime() <= Math.max(...ends) && !ends.includes(Infinity);
}

/** How the attempt that counted then had ended for good; `undefined` where it had not, or there was none. */
function finalEndBy(then: Date, { spec, attempts }: Attempts, { joined, restartPolicy }: Containers): End | undefined {
  const newest = attempts.findLast(({ startedAt, createdAt }) => Date.parse(startedAt ?? createdAt) <= then.getTime());
  if (newest === undefined || !hasEnded(newest)) return undefined;
  const end = toEnd(newest, joined);
  return end.finishedAt <= then && afterExit(spec, restartPolicy, end.exitCode) === 'stays' ? end : undefined;
}
