import type { Collector, Config } from '../config/index.js';
import type { Logger } from '../log.js';
import { Tracer } from '../telemetry.js';
import type { CollectorAddress } from '../tracing/index.js';
import { readPem } from './read-pem.js';

/** A tracer, and how its last spans are sent. */
export interface Tracing {
  readonly tracer: Tracer;
  stop(): Promise<void>;
}

/** @returns `undefined` where nothing is traced; nothing of OpenTelemetry is loaded then @throws Error naming the key whose file cannot be read */
export async function toTracing({ collector }: Config, { node, version, logger }: { readonly node: string; readonly version: string; readonly logger: Logger }): Promise<Tracing | undefined> {
  if (collector === undefined) return undefined;
  const { startTracing } = await import('../tracing/index.js');
  const serviceName = `InterLink-Docker-${collector.uniqueId ?? node}`;
  const source = startTracing({ collector: await toAddress(collector), serviceName, version, logger });
  logger.info('traces are sent', { endpoint: collector.endpoint, serviceName });
  return { tracer: new Tracer(source), stop: () => source.stop() };
}

async function toAddress({ endpoint, tls }: Collector): Promise<CollectorAddress> {
  if (tls === undefined) return { endpoint };
  const { caFile, client, verify } = tls;
  const ca = await readPem('TelemetryCACrtFilePath', caFile);
  if (client === undefined) return { endpoint, tls: { ca, verify } };
  const [cert, key] = await Promise.all([readPem('TelemetryClientCrtFilePath', client.certFile), readPem('TelemetryClientKeyFilePath', client.keyFile)]);
  return { endpoint, tls: { ca, client: { cert, key }, verify } };
}
