import type { PodPhase } from '../kube/index.js';
import type { FigureMetric, MetricSample } from '../provider/index.js';
import type { OrphanCounts, PendingDeletion } from './pods/index.js';

/** Of the pods' workers. */
export interface WorkerFigures {
  readonly running: number;
  /** Those whose newest try has failed. */
  readonly failing: number;
  /** Of each one that has been asked for work which has not begun. */
  readonly waitingSince: readonly Date[];
}

/** What the node's figures are made of. */
export interface NodeFigures {
  /** Of the program. */
  readonly version: string;
  /** Of every pod that is looked after. */
  readonly phases: readonly PodPhase[];
  readonly workers: WorkerFigures;
  readonly deletions: readonly PendingDeletion[];
  /** Of the service account tokens of pods that may still use them. */
  readonly tokenEnds: readonly Date[];
  /** Pods that the cluster does not ask about any more. */
  readonly abandoned: number;
  /** Engine objects of this node that belong to no pod. */
  readonly orphans: OrphanCounts;
  /** False once another plugin has claimed the node name. */
  readonly isOwner: boolean;
  readonly isEngineConnected: boolean;
  /** How often the engine's event stream was opened anew. */
  readonly eventReconnects: number;
  readonly isJournalDurable: boolean;
  readonly now: Date;
}

/** All phases, so that a pod's end does not take a series away. */
const PHASES: readonly PodPhase[] = ['Pending', 'Running', 'Succeeded', 'Failed'];

/** The node's figures under their names. Pure. */
export function toMetrics(figures: NodeFigures): readonly FigureMetric[] {
  const { version, phases, workers, deletions, abandoned, orphans, isOwner, now } = figures;
  return [
    gauge('pods', 'Pods that this plugin looks after, by phase.', PHASES.map((phase) => ({ labels: { phase }, value: phases.filter((one) => one === phase).length }))),
    gauge('deletions_pending', 'Pods whose deletion has come and of which something is left.', deletions.length),
    gauge('deletion_oldest_age_seconds', 'Time since the oldest pending deletion came; 0 without one.', oldestAge(deletions.map(({ since }) => since), now)),
    gauge('pod_syncs_running', 'Pods whose worker compares and acts now.', workers.running),
    gauge('pod_syncs_waiting', 'Pods whose worker has been asked for more work, which has not begun.', workers.waitingSince.length),
    gauge('pod_sync_oldest_wait_seconds', 'How long the longest of them has waited; 0 without one.', oldestAge(workers.waitingSince, now)),
    gauge('pod_syncs_failing', 'Pods whose worker could not do what is needed and tries again.', workers.failing),
    tokenMetric(figures),
    gauge('pods_abandoned', 'Pods that nobody has asked about for a day, though calls come. They are kept.', abandoned),
    gauge('orphans', 'Engine objects of this node that belong to no pod and are not removed yet, by kind.', byKind(orphans.waiting)),
    metric('counter', 'orphans_removed_total', 'Engine objects of this node that belonged to no pod and were removed, by kind.', byKind(orphans.removed)),
    gauge('node_owner', 'Whether this plugin acts for its node name: 0 when another one has claimed it.', isOwner),
    gauge('engine_connected', 'Whether the Docker Engine is there and the picture of its pods is up to date.', figures.isEngineConnected),
    metric('counter', 'event_stream_reconnects_total', 'How often the stream of the Docker Engine\'s events was opened anew.', figures.eventReconnects),
    gauge('journal_durable', 'Whether deletions that the engine cannot take yet are on disk: 0 when they are in memory only.', figures.isJournalDurable),
    gauge('build_info', 'This program, and the Node.js that it runs under. Always 1.', [{ labels: { version, nodejs_version: process.version }, value: 1 }]),
  ];
}

/** Seconds, of the oldest. */
function oldestAge(times: readonly Date[], now: Date): number {
  return times.reduce((oldest, at) => Math.max(oldest, now.getTime() - at.getTime()), 0) / 1000;
}

/** Without a token there is no end to wait for. */
function tokenMetric({ tokenEnds, now }: NodeFigures): FigureMetric {
  const nextMs = tokenEnds.reduce((next, at) => Math.min(next, at.getTime()), Infinity);
  const samples = tokenEnds.length === 0 ? [] : [{ value: (nextMs - now.getTime()) / 1000 }];
  return gauge('next_token_end_seconds', 'Time until the first service account token of a pod that is not over ends, below 0 when it has ended; absent without one. interLink renews none.', samples);
}

function byKind(counts: Readonly<Record<string, number>>): readonly MetricSample[] {
  return Object.entries(counts).map(([kind, value]) => ({ labels: { kind }, value }));
}

function gauge(name: string, help: string, value: number | boolean | readonly MetricSample[]): FigureMetric {
  return metric('gauge', name, help, value);
}

function metric(type: FigureMetric['type'], name: string, help: string, value: number | boolean | readonly MetricSample[]): FigureMetric {
  return { name: `interlink_docker_${name}`, help, type, samples: typeof value === 'object' ? value : [{ value: Number(value) }] };
}
