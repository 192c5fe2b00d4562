import { ConfigError } from './config-error.js';
import type { Settings } from './schema.js';

/** Where traces go. */
export interface Collector {
  /** `host:port`. */
  readonly endpoint: string;
  /** End of the service's name, where the operator has given one. */
  readonly uniqueId: string | undefined;
  /** Absent: in plain text. */
  readonly tls?: {
    readonly caFile: string;
    readonly client?: { readonly certFile: string; readonly keyFile: string };
    /** False: any certificate will do. */
    readonly verify: boolean;
  };
}

/** @returns `undefined` where nothing is traced @throws ConfigError for files of TLS that do not go together */
export function toCollector(settings: Settings): Collector | undefined {
  if (!settings.EnableTracing) return undefined;
  const { TelemetryCACrtFilePath: caFile, TelemetryClientCrtFilePath: certFile, TelemetryClientKeyFilePath: keyFile } = settings;
  const endpoint = { endpoint: settings.TelemetryEndpoint.replace(/^https?:\/\//, '').replace(/\/$/, ''), uniqueId: settings.TelemetryUniqueID };
  if ((certFile === undefined) !== (keyFile === undefined)) throw new ConfigError(['TelemetryClientCrtFilePath and TelemetryClientKeyFilePath go together: give both, or neither']);
  if (caFile === undefined) {
    if (certFile !== undefined || /^https:/.test(settings.TelemetryEndpoint)) throw new ConfigError(['TelemetryCACrtFilePath is not set, so the collector would be spoken to without TLS: give it, or plain host:port and no client certificate']);
    return endpoint;
  }
  const client = certFile !== undefined && keyFile !== undefined && { client: { certFile, keyFile } };
  return { ...endpoint, tls: { caFile, ...client, verify: !settings.TelemetryInsecureSkipVerify } };
}
