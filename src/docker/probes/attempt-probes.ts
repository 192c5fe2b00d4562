import type { Clock } from '../../clock.js';
import { messageOf } from '../../errors.js';
import { PROBE_KINDS, probeOf, type ProbeKind, timingOf } from '../../kube/index.js';
import { afterAnswer, nextProbeAt, type ProbedAttempt, type ProbeTracks } from '../decide/index.js';
import type { Prober } from './prober.js';
import type { ProbeAnswer, ProbeTarget } from './types.js';

/** Told what the probes of an attempt find. */
export interface ProbeListener {
  /** What counts of one of them is another than before. */
  changed(tracks: ProbeTracks, kind: ProbeKind): void;
  /** In the kubelet's words. */
  event(reason: 'Unhealthy' | 'ProbeWarning', message: string): void;
}

const TITLE: Readonly<Record<ProbeKind, string>> = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' };
/** The API server takes no longer message of an event. */
const LONGEST_MESSAGE = 1024;

/** Asks the probes of one attempt of a container, each in its own time and never twice at once, until it is stopped. */
export class AttemptProbes {
  private tracks: ProbeTracks = {};
  private startedUpAt: Date | undefined;
  private isLeaving = false;
  private readonly stopping = new AbortController();
  private readonly begunAt = new Map<ProbeKind, Date>();
  private readonly callOffs = new Map<ProbeKind, () => void>();
  private readonly asking = new Set<ProbeKind>();

  /** @param startedAt by our own clock */
  constructor(
    private readonly target: ProbeTarget,
    private readonly startedAt: Date,
    private readonly prober: Pick<Prober, 'probe'>,
    private readonly clock: Clock,
    private readonly listener: ProbeListener,
  ) {}

  start(): void {
    PROBE_KINDS.forEach((kind) => this.schedule(kind));
  }

  /** The pod is on its way out: nothing is restarted any more. */
  leave(): void {
    if (this.isLeaving) return;
    this.isLeaving = true;
    PROBE_KINDS.forEach((kind) => this.schedule(kind));
  }

  /** Ends what is under way; nothing is told after it. */
  stop(): void {
    this.stopping.abort(new Error('the container is not probed any more'));
    this.callOffs.forEach((callOff) => callOff());
  }

  private get attempt(): ProbedAttempt {
    const { target, startedAt, tracks, startedUpAt, isLeaving } = this;
    return { spec: target.spec, startedAt, tracks, isLeaving, ...(startedUpAt && { startedUpAt }) };
  }

  private schedule(kind: ProbeKind): void {
    this.callOffs.get(kind)?.();
    this.callOffs.delete(kind);
    if (this.stopping.signal.aborted || this.asking.has(kind)) return;
    const at = nextProbeAt(kind, this.attempt, this.begunAt.get(kind), this.clock.now());
    if (at !== undefined) this.callOffs.set(kind, this.clock.at(at, () => void this.ask(kind)));
  }

  private async ask(kind: ProbeKind): Promise<void> {
    const probe = probeOf(this.target.spec, kind);
    if (probe === undefined) return;
    this.asking.add(kind);
    this.begunAt.set(kind, this.clock.now());
    try {
      const answer = await this.prober.probe(probe, this.target, this.stopping.signal);
      this.take(kind, answer);
      await answer.settled;
    } catch (error) {
      // It could not be asked, which says nothing of the container.
      if (!this.stopping.signal.aborted) this.tell('Unhealthy', `${TITLE[kind]} probe errored: ${messageOf(error)}`);
    } finally {
      this.asking.delete(kind);
      this.schedule(kind);
    }
  }

  private take(kind: ProbeKind, { result, output }: ProbeAnswer): void {
    const probe = probeOf(this.target.spec, kind);
    if (probe === undefined || this.stopping.signal.aborted) return;
    if (result === 'failure') this.tell('Unhealthy', `${TITLE[kind]} probe failed: ${output}`);
    if (result === 'warning') this.tell('ProbeWarning', `${TITLE[kind]} probe warning: ${output}`);
    const before = this.tracks[kind]?.verdict;
    const track = afterAnswer(this.tracks[kind], result === 'failure' ? 'failure' : 'success', timingOf(probe));
    this.tracks = { ...this.tracks, [kind]: track };
    if (track.verdict === before) return;
    if (kind === 'startup' && track.verdict === 'success') this.startedUpAt = this.clock.now();
    this.listener.changed(this.tracks, kind);
    PROBE_KINDS.filter((other) => other !== kind).forEach((other) => this.schedule(other));
  }

  private tell(reason: 'Unhealthy' | 'ProbeWarning', message: string): void {
    this.listener.event(reason, message.slice(0, LONGEST_MESSAGE));
  }
}
