import { readAbsolutePath, readFlag, readMatching } from './readers.js';
import { optionalSetting, setting } from './setting.js';

const ALLOWED_PEM = 'absolute path of a PEM file';
const ALLOWED_FLAG = 'true or false';

/** OpenTelemetry traces, under interLink's own names in the environment. */
export const tracingSettings = {
  EnableTracing: setting(readFlag, { fallback: false, allowed: ALLOWED_FLAG, about: 'Send OpenTelemetry traces to a collector, by OTLP over gRPC.', variable: 'ENABLE_TRACING' }),
  TelemetryEndpoint: setting(readMatching(/^(https?:\/\/)?(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):\d{1,5}\/?$/), {
    fallback: 'localhost:4317',
    allowed: 'host:port',
    about: 'The collector.',
    variable: 'TELEMETRY_ENDPOINT',
  }),
  TelemetryUniqueID: optionalSetting(readMatching(/^[A-Za-z0-9._-]{1,128}$/), {
    allowed: 'letters, digits, ".", "_" and "-"',
    about: 'End of the name of the service, which begins with `InterLink-Docker-`. Without it: the node\'s name.',
    variable: 'TELEMETRY_UNIQUE_ID',
  }),
  TelemetryCACrtFilePath: optionalSetting(readAbsolutePath, { allowed: ALLOWED_PEM, about: 'Authorities of which one has signed the collector\'s certificate. With it the collector is spoken to over TLS.', variable: 'TELEMETRY_CA_CRT_FILEPATH' }),
  TelemetryClientCrtFilePath: optionalSetting(readAbsolutePath, { allowed: ALLOWED_PEM, about: 'Certificate to show to the collector; with TelemetryClientKeyFilePath.', variable: 'TELEMETRY_CLIENT_CRT_FILEPATH' }),
  TelemetryClientKeyFilePath: optionalSetting(readAbsolutePath, { allowed: ALLOWED_PEM, about: 'Key of TelemetryClientCrtFilePath.', variable: 'TELEMETRY_CLIENT_KEY_FILEPATH' }),
  TelemetryInsecureSkipVerify: setting(readFlag, { fallback: false, allowed: ALLOWED_FLAG, about: 'Take any certificate of the collector: for tests.', variable: 'TELEMETRY_INSECURE_SKIP_VERIFY' }),
};
