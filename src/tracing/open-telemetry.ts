import { type Context, type Link, ROOT_CONTEXT, type Span as OtelSpan, type SpanContext as OtelSpanContext, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from '../log.js';
import type { Attributes, Span, SpanContext, SpanOptions, SpanSource } from '../telemetry.js';
import { type CollectorAddress, toExporter } from './exporter.js';

export interface TracingOptions {
  readonly collector: CollectorAddress;
  /** As it is shown to people. */
  readonly serviceName: string;
  /** Of the program. */
  readonly version: string;
  readonly logger: Logger;
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;
/** Ended spans that wait to be sent; more are dropped. */
const MOST_WAITING = 2048;
const SEND_INTERVAL_MS = 2_000;
/** How long the way out waits for the last spans. */
const STOP_WAIT_MS = 2_000;

/** Spans that are recorded where the caller's trace is, or where there is none, and sent in batches. */
export function startTracing({ collector, serviceName, version, logger }: TracingOptions): SpanSource {
  const exporter = toExporter(collector, logger);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: MOST_WAITING, scheduledDelayMillis: SEND_INTERVAL_MS })],
  });
  const tracer = provider.getTracer('interlink-docker', version);
  return {
    begin(name, options) {
      const { kind = 'internal', attributes = {}, link } = options;
      const links: readonly Link[] = link === undefined ? [] : [{ context: toOtel(link) }];
      return new TracedSpan(tracer.startSpan(name, { kind: KINDS[kind], attributes, links: [...links] }, toParent(options)));
    },
    async stop() {
      const waited = new Promise((resolve) => setTimeout(resolve, STOP_WAIT_MS).unref());
      // What fails is told by the exporter.
      await Promise.race([provider.shutdown().catch(() => undefined), waited]);
    },
  };
}

class TracedSpan implements Span {
  readonly context: SpanContext;
  private hasEnded = false;

  constructor(private readonly span: OtelSpan) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.context = { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
  }

  get isOpen(): boolean {
    return !this.hasEnded;
  }

  set(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  end(failure?: string): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    if (failure !== undefined) this.span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    this.span.end();
  }
}

function toParent({ parent, kind }: SpanOptions): Context {
  return parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...toOtel(parent), isRemote: kind === 'server' });
}

function toOtel({ traceId, spanId, sampled }: SpanContext): OtelSpanContext {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE };
}
