import type { Engine, EngineVersion } from '../engine/index.js';
import type { Metric } from '../provider/index.js';
import type { Attendance } from './attendance.js';
import type { EventFeed } from './cache/index.js';
import type { EngineMeter } from './engine-meter.js';
import { toMetrics, type WorkerFigures } from './node-metrics.js';
import { type Pods, type Rooms, tokenEnds } from './pods/index.js';
import type { StatusReports } from './status-reports.js';

/** Where the figures of a node come from. */
export interface MetricSources {
  readonly rooms: Rooms;
  readonly pods: Pods;
  readonly feed: EventFeed;
  readonly reports: StatusReports;
  readonly attendance: Attendance;
  /** Of the program. */
  readonly version: string;
  readonly engine: { readonly meter: EngineMeter; readonly itself: Engine; readonly version: EngineVersion | undefined };
}

/** All figures of the node, from memory. */
export function gatherMetrics({ rooms, pods, feed, reports, attendance, version, engine }: MetricSources): readonly Metric[] {
  const { journal, clock, images, restarts } = rooms;
  const figures = toMetrics({
    version,
    phases: reports.phases(),
    workers: workersOf(pods),
    tokenEnds: pods.all().flatMap((pod) => (pod.isDeleting || pod.isFinished ? [] : [...tokenEnds(pod).values()])),
    abandoned: attendance.abandonedCount,
    orphans: pods.orphans,
    deletions: pods.pendingDeletions(),
    isOwner: pods.isOwner,
    isEngineConnected: feed.connected,
    eventReconnects: feed.reconnects,
    isJournalDurable: journal.isDurable,
    now: clock.now(),
  });
  return [...figures, restarts.metric, ...images.metrics, ...engine.meter.metricsOf(engine.itself, engine.version)];
}

function workersOf(pods: Pods): WorkerFigures {
  const workers = pods.all().map(({ worker }) => worker);
  return {
    running: workers.filter(({ isBusy }) => isBusy).length,
    failing: workers.filter(({ trouble }) => trouble !== undefined).length,
    waitingSince: workers.flatMap(({ waitingSince }) => waitingSince ?? []),
  };
}
