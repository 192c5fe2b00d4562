/** Spans by OpenTelemetry, sent to a collector. Loaded only where traces are wanted. */
export { startTracing, type TracingOptions } from './open-telemetry.js';
export type { CollectorAddress } from './exporter.js';
