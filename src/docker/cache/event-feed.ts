import type { Clock } from '../../clock.js';
import { type ContainerEvent, type Engine, isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import { LABEL } from '../record/index.js';

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

export interface FeedHandlers {
  event(event: ContainerEvent): Promise<void>;
  /** What an event called for has failed: look at its container. */
  lookAt(containerId: string): Promise<unknown>;
  /** The engine answers, and nothing of what happened meanwhile has been told yet. */
  opening(): Promise<void>;
  /** The stream is open: bring the picture up to date. The feed counts as connected when this resolves. */
  connected(): Promise<void>;
  /** The feed counts as connected from now on. */
  ready(): void;
}

/** Keeps the engine's event stream open: reconnects with back-off, and has everything relisted at each connect. */
export class EventFeed {
  private readonly stopping = new AbortController();
  private readonly waiting = new Set<() => void>();
  private isConnected = false;
  private retryMs = FIRST_RETRY_MS;
  private lastFailure = '';
  private connects = 0;
  /** By the engine's own clock. */
  private lastEventAt: Date | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly node: string,
    private readonly handlers: FeedHandlers,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** False while the engine is away: the picture is then the last one seen. */
  get connected(): boolean {
    return this.isConnected;
  }

  /** How often the stream was opened anew. */
  get reconnects(): number {
    return Math.max(this.connects - 1, 0);
  }

  start(): void {
    void this.connect();
  }

  stop(): void {
    this.stopping.abort();
  }

  /** Resolves when the engine is there and the picture is up to date, or when `signal` is aborted. */
  async whenConnected(signal: AbortSignal): Promise<void> {
    if (this.isConnected || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  private async connect(): Promise<void> {
    const stream = new AbortController();
    const signal = AbortSignal.any([this.stopping.signal, stream.signal]);
    let broken = false;
    const closed = (error?: Error): void => {
      if (broken) return;
      broken = true;
      this.isConnected = false;
      stream.abort();
      this.retry(error);
    };
    try {
      await this.handlers.opening();
      await this.engine.watchEvents(`${LABEL.node}=${this.node}`, (event) => this.dispatch(event, signal), closed, signal, this.lastEventAt);
      await this.handlers.connected();
      if (broken || this.stopping.signal.aborted) return;
      this.isConnected = true;
      this.connects++;
      this.retryMs = FIRST_RETRY_MS;
      if (this.lastFailure !== '') this.logger.info('the engine is back');
      this.lastFailure = '';
      [...this.waiting].forEach((resume) => resume());
      this.handlers.ready();
    } catch (error) {
      closed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private retry(error: Error | undefined): void {
    if (this.stopping.signal.aborted) return;
    const failure = error === undefined ? 'the event stream ended' : messageOf(error);
    if (failure !== this.lastFailure) this.logger.warn('the engine is away; its last picture is kept', { reason: failure });
    this.lastFailure = failure;
    this.clock.at(new Date(this.clock.now().getTime() + this.retryMs), () => void this.connect());
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
  }

  private dispatch(event: ContainerEvent, stream: AbortSignal): void {
    this.lastEventAt = event.at;
    this.handlers.event(event).catch((error: unknown) => {
      if (!isEngineError(error, 'Unavailable', 'Aborted')) this.logger.error('an event could not be followed up; its container is looked at again', { action: event.action, reason: messageOf(error) });
      this.lookAgain(event.containerId, FIRST_RETRY_MS, stream);
    });
  }

  /** One call can fail of a stream that holds; a stream that breaks is mended by the relist at the next connect. */
  private lookAgain(containerId: string, waitMs: number, stream: AbortSignal): void {
    this.clock.at(new Date(this.clock.now().getTime() + waitMs), () => {
      if (stream.aborted) return;
      this.handlers.lookAt(containerId).catch(() => this.lookAgain(containerId, Math.min(waitMs * 2, LONGEST_RETRY_MS), stream));
    });
  }
}
