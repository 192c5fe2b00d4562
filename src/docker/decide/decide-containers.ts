import { isRunning } from './engine-state.js';
import { ailmentOf } from './health.js';
import { initialisationOf, isOver, keptSidecars } from './progress.js';
import type { ContainerReading, PodReading } from './reading.js';
import { afterExit } from './restart-rules.js';
import { startGateOf } from './start-gate.js';
import type { Circumstances, PodAction } from './types.js';
import { unless } from './wait.js';

/** What an attempt counts as ended with that was stopped. */
const TERMINATED = 143;

/** Steps of the containers whose turn it is, side by side: the next init container, or all main ones, and the sidecars before them. */
export function decideContainers(pod: PodReading, circumstances: Circumstances, now: Date): readonly PodAction[] {
  const initialisation = initialisationOf(pod);
  const decideAll = (containers: readonly ContainerReading[]): readonly PodAction[] =>
    [...keptSidecars(pod, initialisation), ...containers].flatMap((container) => decideContainer(container, pod, circumstances, now));
  switch (initialisation.kind) {
    case 'failed':
      return [];
    case 'pending':
      return decideAll([initialisation.init]);
    case 'done':
      return decideAll(pod.mains.filter((main) => !isOver(main, pod)));
  }
}

function decideContainer(container: ContainerReading, pod: PodReading, circumstances: Circumstances, now: Date): readonly PodAction[] {
  const { standing } = container;
  if (standing.kind === 'running') return [...stopSuperseded(container, graceSecondsOf(pod)), ...stopUnhealthy(container, pod)];
  if (standing.kind === 'created' && (standing.fromBefore || standing.ofEraBefore)) return []; // it goes first, see removals
  return [decideStart(container, pod, circumstances, now)].flat();
}

function decideStart(container: ContainerReading, { restartOfAll }: PodReading, circumstances: Circumstances, now: Date): PodAction | readonly PodAction[] {
  const { name } = container;
  const era = restartOfAll && { era: restartOfAll.era };
  const gate = startGateOf(container, circumstances, now);
  switch (gate.kind) {
    case 'backOff':
      return { kind: 'wait', until: gate.until };
    case 'imageUnknown':
      return { kind: 'prepareImage', container: name };
    case 'imagePulling':
      return [];
    case 'imageFailed':
      return unless(gate.state.retryAt, now, { kind: 'prepareImage', container: name });
    case 'createFailed':
      return unless(gate.failure.retryAt, now, { kind: 'startContainer', container: name, ...gate.next, ...era });
    case 'open':
      return { kind: 'startContainer', container: name, ...gate.next, ...era };
  }
}

/** Of two attempts that run, one was started by hand: only the newest stays. */
function stopSuperseded({ name, standing, attempts }: ContainerReading, graceSeconds: number): readonly PodAction[] {
  return attempts
    .filter((attempt) => isRunning(attempt) && standing.kind === 'running' && attempt.id !== standing.attempt.id)
    .map(({ id }) => ({ kind: 'stopContainer', containerId: id, container: name, graceSeconds, why: 'a newer attempt runs' }));
}

/** A container that a probe or hook has given up is stopped; what then follows, its restart policy says. */
function stopUnhealthy(container: ContainerReading, pod: PodReading): readonly PodAction[] {
  const { name, spec, standing, isSidecar } = container;
  const ailment = ailmentOf(container);
  if (ailment === undefined || standing.kind !== 'running') return [];
  const restarts = isSidecar || afterExit(spec, pod.restartPolicy, TERMINATED) !== 'stays';
  const why = ailment.hook ?? `Container ${name} failed ${ailment.probe} probe${restarts ? ', will be restarted' : ''}`;
  return [{ kind: 'stopContainer', containerId: standing.attempt.id, container: name, graceSeconds: ailment.graceSeconds ?? graceSecondsOf(pod), why, isUnhealthy: true }];
}

/** Seconds; the Kubernetes API's default where the pod names none. */
export function graceSecondsOf(pod: PodReading): number {
  return pod.pod.spec.terminationGracePeriodSeconds ?? 30;
}
