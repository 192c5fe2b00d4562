import type { Clock } from '../../src/clock.js';
import type { ContainerAction, ContainerEvent } from '../../src/engine/index.js';
import { EngineError } from '../../src/engine/index.js';

interface Watcher {
  readonly label: string;
  readonly onEvent: (event: ContainerEvent) => void;
  readonly onClose: (error?: Error) => void;
  readonly signal: AbortSignal;
}

/** The fake's event streams. Events arrive in order, after the tick of what caused them. */
export class FakeEvents {
  private readonly watchers = new Set<Watcher>();

  constructor(private readonly clock: Clock) {}

  get watcherCount(): number {
    return this.watchers.size;
  }

  watch(watcher: Watcher): void {
    this.watchers.add(watcher);
    watcher.signal.addEventListener('abort', () => this.watchers.delete(watcher), { once: true });
  }

  emit(action: ContainerAction, container: { readonly id: string; readonly attributes: Readonly<Record<string, string>> }, more: Readonly<Record<string, string>> = {}): void {
    const event: ContainerEvent = { action, containerId: container.id, attributes: { ...container.attributes, ...more }, at: this.clock.now() };
    for (const watcher of this.watchers) {
      if (!hasLabels(container.attributes, [watcher.label])) continue;
      queueMicrotask(() => this.watchers.has(watcher) && watcher.onEvent(event));
    }
  }

  /** Breaks every stream. What was sent before still arrives. */
  close(): void {
    for (const watcher of this.watchers) {
      queueMicrotask(() => {
        if (this.watchers.delete(watcher)) watcher.onClose(new EngineError('Unavailable', 'the event stream broke'));
      });
    }
  }
}

/** Whether an object carries every one of these labels: `key=value`, or `key` alone. */
export function hasLabels(labels: Readonly<Record<string, string>>, wanted: readonly string[]): boolean {
  return wanted.every((label) => {
    const equals = label.indexOf('=');
    return equals < 0 ? label in labels : labels[label.slice(0, equals)] === label.slice(equals + 1);
  });
}
