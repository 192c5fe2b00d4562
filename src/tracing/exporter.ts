import type { ChannelCredentials} from '@grpc/grpc-js';
import { credentials } from '@grpc/grpc-js';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '../log.js';

/** Of a collector; PEM texts for TLS. */
export interface CollectorAddress {
  /** `host:port`. */
  readonly endpoint: string;
  readonly tls?: {
    readonly ca: string;
    readonly client?: { readonly cert: string; readonly key: string };
    /** False: any certificate will do. */
    readonly verify: boolean;
  };
}

/** Of one batch: longer than a collector under load needs, and no longer than the way out may be waited for. */
const TIMEOUT_MS = 5_000;

/** Sends spans by OTLP over gRPC. That it fails is told once, until it succeeds again; what could not be sent is dropped. */
export function toExporter({ endpoint, tls }: CollectorAddress, logger: Logger): SpanExporter {
  const url = `${tls === undefined ? 'http' : 'https'}://${endpoint}`;
  const exporter = new OTLPTraceExporter({ url, credentials: toCredentials(tls), timeoutMillis: TIMEOUT_MS });
  return tellingOnce(exporter, (failure) => {
    if (failure === undefined) logger.info('the collector takes traces again', { endpoint });
    else logger.warn('the collector does not take traces: they are dropped until it does', { endpoint, reason: failure });
  });
}

function toCredentials(tls: CollectorAddress['tls']): ChannelCredentials {
  if (tls === undefined) return credentials.createInsecure();
  const { ca, client, verify } = tls;
  return credentials.createSsl(Buffer.from(ca), client ? Buffer.from(client.key) : null, client ? Buffer.from(client.cert) : null, verify ? {} : { rejectUnauthorized: false });
}

/** @param tell of the first failure after a success, and the first success after a failure (`undefined`) */
function tellingOnce(exporter: SpanExporter, tell: (failure: string | undefined) => void): SpanExporter {
  let isFailing = false;
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        const { error } = result;
        const hasFailed = error !== undefined;
        if (hasFailed !== isFailing) tell(error?.message);
        isFailing = hasFailed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}
