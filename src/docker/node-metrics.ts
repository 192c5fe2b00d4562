import type { PodPhase } from '../kube/index.js';
import type { Metric, MetricSample } from '../provider/index.js';
import type { OrphanCounts, PendingDeletion } from './pods/index.js';

/** What the node's figures are made of. */
export interface NodeFigures {
  /** Of every pod that is looked after. */
  readonly phases: readonly PodPhase[];
  readonly deletions: readonly PendingDeletion[];
  /** Pods that the cluster does not ask about any more. */
  readonly abandoned: number;
  /** Engine objects of this node that belong to no pod. */
  readonly orphans: OrphanCounts;
  /** False once another plugin has claimed the node name. */
  readonly isOwner: boolean;
  readonly isEngineConnected: boolean;
  readonly isJournalDurable: boolean;
  readonly now: Date;
}

/** All phases, so that a pod's end does not take a series away. */
const PHASES: readonly PodPhase[] = ['Pending', 'Running', 'Succeeded', 'Failed'];

/** The node's figures under their names. Pure. */
export function toMetrics({ phases, deletions, abandoned, orphans, isOwner, isEngineConnected, isJournalDurable, now }: NodeFigures): readonly Metric[] {
  const oldestMs = Math.min(now.getTime(), ...deletions.map(({ since }) => since.getTime()));
  return [
    gauge('pods', 'Pods that this plugin looks after, by phase.', PHASES.map((phase) => ({ labels: { phase }, value: phases.filter((one) => one === phase).length }))),
    gauge('deletions_pending', 'Pods whose deletion has come and of which something is left.', deletions.length),
    gauge('deletion_oldest_age_seconds', 'Time since the oldest pending deletion came; 0 without one.', (now.getTime() - oldestMs) / 1000),
    gauge('pods_abandoned', 'Pods that nobody has asked about for a day, though calls come. They are kept.', abandoned),
    gauge('orphans', 'Engine objects of this node that belong to no pod and are not removed yet, by kind.', byKind(orphans.waiting)),
    metric('counter', 'orphans_removed_total', 'Engine objects of this node that belonged to no pod and were removed, by kind.', byKind(orphans.removed)),
    gauge('node_owner', 'Whether this plugin acts for its node name: 0 when another one has claimed it.', isOwner),
    gauge('engine_connected', 'Whether the Docker Engine is there and the picture of its pods is up to date.', isEngineConnected),
    gauge('journal_durable', 'Whether deletions that the engine cannot take yet are on disk: 0 when they are in memory only.', isJournalDurable),
  ];
}

function byKind(counts: Readonly<Record<string, number>>): readonly MetricSample[] {
  return Object.entries(counts).map(([kind, value]) => ({ labels: { kind }, value }));
}

function gauge(name: string, help: string, value: number | boolean | readonly MetricSample[]): Metric {
  return metric('gauge', name, help, value);
}

function metric(type: Metric['type'], name: string, help: string, value: number | boolean | readonly MetricSample[]): Metric {
  return { name: `interlink_docker_${name}`, help, type, samples: typeof value === 'object' ? value : [{ value: Number(value) }] };
}
