/** Wakes those who wait for something to change of a pod. */
export class PodChanges {
  private readonly waiting = new Map<string, Set<() => void>>();

  /** Something of this pod may be another than before. */
  tell(podUid: string): void {
    const waiting = this.waiting.get(podUid);
    this.waiting.delete(podUid);
    waiting?.forEach((wake) => wake());
  }

  /** Resolves at the pod's next change, or with the signal. */
  next(podUid: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const waiting = this.waiting.get(podUid) ?? new Set();
      this.waiting.set(podUid, waiting);
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        waiting.delete(wake);
        if (waiting.size === 0 && this.waiting.get(podUid) === waiting) this.waiting.delete(podUid);
        resolve();
      };
      waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
