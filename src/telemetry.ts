import { AsyncLocalStorage } from 'node:async_hooks';

/** Facts of a span: from small sets, and ids. Never env values, contents of files, requests or messages of others. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** What names a span to others: 32 and 16 hexadecimal digits. */
export interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  /** Whether those who continue it are to record anything. */
  readonly sampled: boolean;
}

/** A piece of work with its begin and its end. */
export interface Span {
  readonly context: SpanContext;
  readonly isOpen: boolean;
  /** Adds to what it tells. */
  set(attributes: Attributes): void;
  /**
   * The work has ended.
   * @param failure a word of a small set, where the work has failed
   */
  end(failure?: string): void;
}

/** What a span begins with. */
export interface SpanOptions {
  readonly kind?: 'server' | 'client' | 'internal';
  readonly attributes?: Attributes;
  /** What it is a part of. Absent: it begins a trace. */
  readonly parent?: SpanContext | undefined;
  /** What brought it about, in another trace. */
  readonly link?: SpanContext | undefined;
}

/** Makes spans, and sends them somewhere. */
export interface SpanSource {
  /** A span from now on. */
  begin(name: string, options: SpanOptions): Span;
  /** Sends what has ended, for a moment at most. */
  stop(): Promise<void>;
}

/** Which span the work under way belongs to. Without a source there are no spans, and nothing is followed. */
export class Tracer {
  private readonly storage = new AsyncLocalStorage<Span>();

  constructor(private readonly source?: SpanSource) {}

  /** `undefined` also for work that goes on after its span: it is for nobody any more. */
  get current(): Span | undefined {
    if (this.source === undefined) return undefined;
    const span = this.storage.getStore();
    return span?.isOpen === true ? span : undefined;
  }

  /** A span from now on, where spans are made. `undefined` also for a trace brought about by one that nobody records: its caller has chosen for it. */
  begin(name: string, options: SpanOptions = {}): Span | undefined {
    if (options.parent === undefined && options.link?.sampled === false) return undefined;
    return this.source?.begin(name, options);
  }

  /** What `work` does, belongs to the span. */
  within<T>(span: Span | undefined, work: () => T): T {
    return span === undefined ? work() : this.storage.run(span, work);
  }

  /** Does the work in a span within the current one, where there is one. */
  part<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
    const { current } = this;
    return current === undefined ? work() : this.trace(name, { parent: current.context, attributes }, work);
  }

  /** Does the work in a span of its own. */
  async trace<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
    const span = this.begin(name, options);
    if (span === undefined) return work();
    try {
      const result = await this.within(span, work);
      span.end();
      return result;
    } catch (error) {
      span.end(failureOf(error));
      throw error;
    }
  }
}

/** Without spans. */
export const noTracer = new Tracer();

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The caller's span. @see https://www.w3.org/TR/trace-context/#traceparent-header */
export function parseTraceparent(header: unknown): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(String(header)) ?? [];
  if (!/[1-9a-f]/.test(traceId) || !/[1-9a-f]/.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (parseInt(flags, 16) & 1) === 1 };
}

/** Its tag, where it has one: messages quote what others have written. */
function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { tag, kind, reason } = error as { readonly tag?: unknown; readonly kind?: unknown; readonly reason?: unknown };
  return [tag, kind, reason].find((word) => typeof word === 'string') ?? error.name;
}
