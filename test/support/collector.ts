import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Certificate } from './certificates.js';
import { hexOf, numberOf, partsOf, readFields, textOf } from './protobuf.js';

/** A span as it arrived. */
export interface ReceivedSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentId: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** Of one that failed. */
  readonly failure: string;
}

const EXPORT = {
  export: {
    path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: Buffer) => value,
    requestDeserialize: (value: Buffer) => value,
    responseSerialize: (value: Buffer) => value,
    responseDeserialize: (value: Buffer) => value,
  },
};

/** Takes traces by OTLP over gRPC on 127.0.0.1, and keeps them. */
export class TestCollector {
  /** All requests as they came. */
  readonly payloads: Buffer[] = [];
  private readonly server = new Server();

  private constructor() {
    this.server.addService(EXPORT, {
      export: (call: { readonly request: Buffer }, done: (error: null, answer: Buffer) => void) => {
        this.payloads.push(Buffer.from(call.request));
        done(null, Buffer.alloc(0));
      },
    });
  }

  /** @param tls its certificate, and whose callers' certificates it takes: it takes no other caller then */
  static async start(port: number, tls?: { readonly own: Certificate; readonly callers: Certificate }): Promise<TestCollector> {
    const collector = new TestCollector();
    const credentials = tls === undefined ? ServerCredentials.createInsecure() : ServerCredentials.createSsl(Buffer.from(tls.callers.cert), [{ cert_chain: Buffer.from(tls.own.cert), private_key: Buffer.from(tls.own.key) }], true);
    await new Promise<void>((resolve, reject) => collector.server.bindAsync(`127.0.0.1:${port}`, credentials, (error) => (error === null ? resolve() : reject(error))));
    return collector;
  }

  get spans(): readonly ReceivedSpan[] {
    return this.payloads.flatMap((payload) => partsOf(readFields(payload), 1).flatMap(toSpans));
  }

  stop(): void {
    this.server.forceShutdown();
  }
}

/** @see https://github.com/open-telemetry/opentelemetry-proto */
function toSpans(resourceSpans: Buffer): ReceivedSpan[] {
  const fields = readFields(resourceSpans);
  const resource = Object.assign({}, ...partsOf(fields, 1).map((one) => toAttributes(partsOf(readFields(one), 1)))) as Record<string, string>;
  const spans = partsOf(fields, 2).flatMap((scope) => partsOf(readFields(scope), 2));
  return spans.map((span) => {
    const parts = readFields(span);
    const [status] = partsOf(parts, 15);
    return {
      service: resource['service.name'] ?? '',
      traceId: hexOf(parts, 1),
      spanId: hexOf(parts, 2),
      parentId: hexOf(parts, 4),
      name: textOf(parts, 5),
      attributes: toAttributes(partsOf(parts, 9)),
      links: partsOf(parts, 13).map((link) => ({ traceId: hexOf(readFields(link), 1), spanId: hexOf(readFields(link), 2) })),
      failure: status === undefined ? '' : textOf(readFields(status), 2),
    };
  });
}

function toAttributes(pairs: readonly Buffer[]): Record<string, string | number> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const fields = readFields(pair);
      const value = readFields(partsOf(fields, 2)[0] ?? Buffer.alloc(0));
      return [textOf(fields, 1), value.has(1) ? textOf(value, 1) : numberOf(value, 3)];
    }),
  );
}
