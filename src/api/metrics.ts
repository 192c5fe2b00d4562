import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Provider } from '../provider/index.js';
import type { HttpMeter } from './http-meter.js';
import { toMetricsText } from './metrics-text.js';

/** Gauges that are called like counters; `nodejs_active_resources` and its likes tell the same. */
const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/** GET /metrics, in Prometheus' text format: figures of the process and of its requests where they are wanted, then the provider's. */
export function metricsRoute(provider: Provider, ofProcess: boolean, meter: HttpMeter): RequestHandler {
  const own = new Registry();
  if (ofProcess) collectDefaultMetrics({ register: own });
  MISNAMED.forEach((name) => own.removeSingleMetric(name));
  return async (_request, response) => {
    const told = toMetricsText([...(ofProcess ? meter.metrics : []), ...(provider.metrics?.() ?? [])]);
    const text = [await own.metrics(), told].filter((part) => part.trim() !== '').join('\n');
    // Not by `send`, which would put the charset of its own choice behind.
    response.status(200).set('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE).set('X-Content-Type-Options', 'nosniff').end(text);
  };
}
