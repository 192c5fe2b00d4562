import { type Container, probeOf, type ProbeKind, type ProbeTiming, timingOf } from '../../kube/index.js';
import type { ProbeResult, ProbeTrack, ProbeTracks } from './health.js';

/** A probe's track after one more answer: what counts changes when as many in a row say so as its threshold asks for. */
export function afterAnswer(track: ProbeTrack | undefined, answer: ProbeResult, { successThreshold, failureThreshold }: ProbeTiming): ProbeTrack {
  const run = track?.last === answer ? track.run + 1 : 1;
  const verdict = run < (answer === 'success' ? successThreshold : failureThreshold) ? track?.verdict : answer;
  return { last: answer, run, ...(verdict && { verdict }) };
}

/** An attempt that runs, as its probes see it. */
export interface ProbedAttempt {
  readonly spec: Container;
  readonly startedAt: Date;
  readonly tracks: ProbeTracks;
  /** When its startup probe succeeded. */
  readonly startedUpAt?: Date;
  /** The pod is on its way out: only its readiness still matters. */
  readonly isLeaving: boolean;
}

/** Whether a probe still has something to find out. The startup probe comes first; one that calls for a restart has no more to say. */
function isOpen(kind: ProbeKind, { spec, tracks, isLeaving }: ProbedAttempt): boolean {
  if (probeOf(spec, kind) === undefined || (isLeaving && kind !== 'readiness')) return false;
  if (kind === 'startup') return tracks.startup?.verdict === undefined;
  if (spec.startupProbe !== undefined && tracks.startup?.verdict !== 'success') return false;
  return kind === 'readiness' || tracks.liveness?.verdict !== 'failure';
}

/**
 * When a probe is next asked; `undefined`: not at all, as things are. For the first time as soon as it may; then by its period,
 * where a probe that took longer misses its turns.
 * @param begunAt when it was last asked
 * @see kubelet, prober worker: doProbe
 */
export function nextProbeAt(kind: ProbeKind, attempt: ProbedAttempt, begunAt: Date | undefined, now: Date): Date | undefined {
  const probe = probeOf(attempt.spec, kind);
  if (probe === undefined || !isOpen(kind, attempt)) return undefined;
  const { initialDelaySeconds, periodSeconds } = timingOf(probe);
  if (begunAt === undefined) {
    const first = attempt.startedAt.getTime() + initialDelaySeconds * 1000;
    return new Date(Math.max(first, kind === 'startup' ? 0 : (attempt.startedUpAt?.getTime() ?? 0)));
  }
  const periodMs = periodSeconds * 1000;
  const turns = Math.max(Math.ceil((now.getTime() - begunAt.getTime()) / periodMs), 1);
  return new Date(begunAt.getTime() + turns * periodMs);
}
