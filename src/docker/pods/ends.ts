import type { Logger } from '../../log.js';
import type { ObservedPod } from '../record/index.js';

/** Has a line in the log for each attempt that ends while its pod is looked after. */
export class EndLines {
  /** Ids of attempts whose end was told, or was there before us. */
  private told: ReadonlySet<string> | undefined;

  constructor(private readonly logger: Logger) {}

  tell({ containers }: ObservedPod): void {
    const ended = [...containers.values()].flat().filter(({ state }) => state === 'exited' || state === 'dead');
    const { told } = this;
    // Those that are gone from the engine are forgotten: an id is never given twice.
    this.told = new Set(ended.map(({ id }) => id));
    if (told === undefined) return;
    for (const { id, name, attempt, exitCode, oomKilled } of ended) {
      if (!told.has(id)) this.logger.info('a container has ended', { container: name, attempt, exitCode, ...(oomKilled && { oomKilled }), containerId: id });
    }
  }
}
