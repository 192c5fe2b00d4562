import type { Clock } from '../../src/clock.js';
import type { ContainerAction, ContainerEvent } from '../../src/engine/index.js';
import { EngineError } from '../../src/engine/index.js';

/** The engine keeps as many, of all its objects. */
const KEPT_EVENTS = 256;

interface Watcher {
  readonly label: string;
  readonly onEvent: (event: ContainerEvent) => void;
  readonly onClose: (error?: Error) => void;
  readonly signal: AbortSignal;
}

/** The fake's event streams. Events arrive in order, after the tick of what caused them. */
export class FakeEvents {
  private readonly watchers = new Set<Watcher>();
  private kept: { readonly event: ContainerEvent; readonly labels: Readonly<Record<string, string>> }[] = [];

  constructor(private readonly clock: Clock) {}

  get watcherCount(): number {
    return this.watchers.size;
  }

  /** @param since first comes what was kept of this time or later */
  watch(watcher: Watcher, since: Date | undefined): void {
    this.watchers.add(watcher);
    for (const { event, labels } of this.kept) if (since !== undefined && event.at >= since) this.send(event, labels, watcher);
    watcher.signal.addEventListener('abort', () => this.watchers.delete(watcher), { once: true });
  }

  emit(action: ContainerAction, container: { readonly id: string; readonly attributes: Readonly<Record<string, string>> }, more: Readonly<Record<string, string>> = {}): void {
    const event: ContainerEvent = { action, containerId: container.id, attributes: { ...container.attributes, ...more }, at: this.clock.now() };
    this.kept = [...this.kept, { event, labels: container.attributes }].slice(-KEPT_EVENTS);
    for (const watcher of this.watchers) this.send(event, container.attributes, watcher);
  }

  /** As after a restart of the engine. */
  forget(): void {
    this.kept = [];
  }

  /** Breaks every stream. What was sent before still arrives. */
  close(): void {
    for (const watcher of this.watchers) {
      queueMicrotask(() => {
        if (this.watchers.delete(watcher)) watcher.onClose(new EngineError('Unavailable', 'the event stream broke'));
      });
    }
  }

  private send(event: ContainerEvent, labels: Readonly<Record<string, string>>, watcher: Watcher): void {
    if (hasLabels(labels, [watcher.label])) queueMicrotask(() => this.watchers.has(watcher) && watcher.onEvent(event));
  }
}

/** Whether an object carries every one of these labels: `key=value`, or `key` alone. */
export function hasLabels(labels: Readonly<Record<string, string>>, wanted: readonly string[]): boolean {
  return wanted.every((label) => {
    const equals = label.indexOf('=');
    return equals < 0 ? label in labels : labels[label.slice(0, equals)] === label.slice(equals + 1);
  });
}
