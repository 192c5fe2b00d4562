import { isEngineError, type Slots } from '../../engine/index.js';
import { Counter, Histogram, type Metric } from '../../provider/index.js';
import { ImageError, PULL_FAILURES } from './image-error.js';

/** Seconds: from layers that are here already to the largest images over a slow line. */
const BOUNDS = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];

/** Figures of what is asked of registries. */
export class PullMeter {
  private readonly begun = new Counter({ name: 'interlink_docker_image_pulls_total', help: 'Images that were asked of their registries; several pods that want one at a time share a pull.' });
  private readonly failed = new Counter(
    { name: 'interlink_docker_image_pull_failures_total', help: 'Pulls that did not succeed, by why: what the registry or the engine said, silence, a broken transfer, another platform, an engine that is away, nobody who wants it any more.', labels: ['reason'] },
    PULL_FAILURES.map((reason) => [reason]),
  );
  private readonly durations = new Histogram({ name: 'interlink_docker_image_pull_duration_seconds', help: 'Time that successful pulls took, without the wait for their turn.' }, BOUNDS);

  constructor(private readonly queue: Slots) {}

  /** @param work resolves with what was pulled and how long that took */
  async measure<T extends { readonly pullMs: number }>(work: () => Promise<T>): Promise<T> {
    this.begun.add();
    try {
      const pulled = await work();
      this.durations.observe(pulled.pullMs / 1000);
      return pulled;
    } catch (error) {
      this.failed.add(reasonOf(error));
      throw error;
    }
  }

  get metrics(): readonly Metric[] {
    return [
      this.begun.metric,
      this.failed.metric,
      this.durations.metric,
      { name: 'interlink_docker_image_pulls_in_progress', help: 'Images that are being pulled now.', type: 'gauge', samples: [{ value: this.queue.takenCount }] },
      { name: 'interlink_docker_image_pulls_waiting', help: 'Pulls that wait for their turn.', type: 'gauge', samples: [{ value: this.queue.waitingCount }] },
    ];
  }
}

function reasonOf(error: unknown): (typeof PULL_FAILURES)[number] {
  if (error instanceof ImageError) return error.pullFailure;
  if (isEngineError(error, 'Unavailable')) return 'engine_away';
  return isEngineError(error, 'Aborted') ? 'abandoned' : 'refused';
}
