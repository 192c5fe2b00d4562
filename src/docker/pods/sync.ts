import { decide, type PodAction } from '../decide/index.js';
import { execute } from './execute.js';
import type { Attributes, Span } from '../../telemetry.js';
import type { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';
import { toSpanAttributes } from './pod-fields.js';

/** More steps than any pod needs between two wakes: beyond it something does not take effect, and the back-off has to slow it. */
const MOST_ROUNDS = 100;

/** Observe, decide, execute, until nothing is left to do now. Traced where there is something to do, beside the call that brought it about. */
export async function syncPod(pod: ManagedPod, rooms: Rooms, mayAct: () => boolean): Promise<void> {
  let span: Span | undefined;
  const act = (actions: readonly PodAction[]): Promise<void> => {
    span ??= rooms.tracer.begin('pod sync', { link: pod.cause, attributes: toSpanAttributes(pod.record.pod) });
    return rooms.tracer.within(span, () => runAll(actions, pod, rooms));
  };
  try {
    await syncRounds(pod, rooms, mayAct, act);
  } finally {
    span?.end();
  }
}

async function syncRounds(pod: ManagedPod, rooms: Rooms, mayAct: () => boolean, act: (actions: readonly PodAction[]) => Promise<void>): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (pod.isGone || !mayAct()) return;
    pod.probing.follow();
    pod.ends.tell(pod.observed);
    const { desired } = pod;
    if (desired.ending !== undefined) pod.end(desired.ending);
    const now = rooms.clock.now();
    const actions = decide(desired, pod.observed, pod, now);
    pod.backOffs.tell(pod, now);
    const due = actions.filter((action) => action.kind !== 'wait');
    for (const action of actions) if (action.kind === 'wait') pod.worker.wakeAt(action.until);
    if (due.length === 0) {
      // No event tells of the end of a pod of which nothing ever ran.
      if (pod.isFinished) rooms.ledger.end(pod.uid);
      return;
    }
    await act(due);
  }
  throw new Error(`no rest after ${MOST_ROUNDS} rounds`);
}

/** Actions of one decision are independent: all of them run to their end before the first failure counts. */
async function runAll(actions: readonly PodAction[], pod: ManagedPod, rooms: Rooms): Promise<void> {
  const results = await Promise.allSettled(actions.map((action) => rooms.tracer.part(`pod ${action.kind}`, containerOf(action), () => execute(action, pod, rooms))));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function containerOf(action: PodAction): Attributes {
  return 'container' in action ? { 'k8s.container.name': action.container } : {};
}
