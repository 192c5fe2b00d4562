import type { Probe, ProbeKind } from '../../kube/index.js';
import type { ContainerReading } from './reading.js';

export type ProbeResult = 'success' | 'failure';

/** What probes and the hook after the start have found out of one attempt; of any other it says nothing. */
export interface ContainerHealth {
  /** Of the attempt. */
  readonly containerId: string;
  /** What counts of each probe, by its thresholds; absent: nothing yet. */
  readonly startup?: ProbeResult;
  readonly liveness?: ProbeResult;
  readonly readiness?: ProbeResult;
  /** Absent: there is none, or it was done by a plugin before this one. */
  readonly postStart?: 'underWay' | 'done' | 'failed';
}

type Facts = Pick<ContainerReading, 'spec' | 'standing' | 'health'>;

/** Whether a container runs and has started up: its startup probe has succeeded, and its hook after the start has ended. */
export function hasStartedUp({ spec, standing, health }: Facts): boolean {
  if (standing.kind !== 'running' || health?.postStart === 'underWay') return false;
  return spec.startupProbe === undefined || health?.startup === 'success';
}

/** Whether it takes requests. Without a readiness probe it does as soon as it has started up. */
export function isReady(container: Facts): boolean {
  return hasStartedUp(container) && (container.spec.readinessProbe === undefined || container.health?.readiness === 'success');
}

/** Until the hook after its start has ended, a kubelet does not call a container running. */
export function isInPostStart({ standing, health }: Facts): boolean {
  return standing.kind === 'running' && health?.postStart === 'underWay';
}

/** Why a container that runs must be stopped. */
interface Ailment {
  /** The hook's failure, as a kubelet calls it; otherwise a probe's. */
  readonly hook?: 'FailedPostStartHook';
  readonly probe?: ProbeKind;
  /** That the probe has for itself. */
  readonly graceSeconds?: number;
}

export function ailmentOf({ spec, standing, health }: Facts): Ailment | undefined {
  if (standing.kind !== 'running' || health === undefined) return undefined;
  if (health.postStart === 'failed') return { hook: 'FailedPostStartHook' };
  const probe = (['startup', 'liveness'] as const).find((one) => health[one] === 'failure');
  return probe && { probe, ...ownGrace(spec[`${probe}Probe`]) };
}

function ownGrace(probe: Probe | undefined): Pick<Ailment, 'graceSeconds'> {
  const graceSeconds = probe?.terminationGracePeriodSeconds;
  return graceSeconds === undefined ? {} : { graceSeconds };
}

/** How one probe of an attempt has answered lately. */
export interface ProbeTrack {
  readonly last?: ProbeResult;
  /** How often in a row. */
  readonly run: number;
  /** What counts. */
  readonly verdict?: ProbeResult;
}

export type ProbeTracks = Readonly<Partial<Record<ProbeKind, ProbeTrack>>>;
