import type { Readable } from 'node:stream';

/** Who follows which container's log: of one that is removed the engine gives no log any more, and its last lines would be lost to them. */
export class LogFollowers {
  private readonly logs = new Map<string, Set<Promise<void>>>();

  /** Counts a followed log until it is told, or its reader has left. */
  add(containerId: string, log: Readable): void {
    if (log.closed) return;
    const told = new Promise<void>((resolve) => log.once('close', resolve));
    const logs = this.logs.get(containerId) ?? new Set();
    this.logs.set(containerId, logs.add(told));
    void told.then(() => {
      logs.delete(told);
      if (logs.size === 0 && this.logs.get(containerId) === logs) this.logs.delete(containerId);
    });
  }

  /** Resolves when the logs of these containers, which have ended, are told. Bound it: a reader may be slow. */
  async told(containerIds: readonly string[]): Promise<void> {
    await Promise.all(containerIds.flatMap((id) => [...(this.logs.get(id) ?? [])]));
  }
}
