import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { Metric, Provider } from '../provider/index.js';

/** GET /metrics, in Prometheus' text format: figures of the process where they are wanted, then the provider's. */
export function metricsRoute(provider: Provider, ofProcess: boolean): RequestHandler {
  const own = new Registry();
  if (ofProcess) collectDefaultMetrics({ register: own });
  return async (_request, response) => {
    const text = [await own.metrics(), await render(provider.metrics?.() ?? [])].filter((part) => part.trim() !== '').join('\n');
    // Not by `send`, which would put the charset of its own choice behind.
    response.status(200).set('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE).set('X-Content-Type-Options', 'nosniff').end(text);
  };
}

/** A registry a scrape: what a provider tells no more is gone by itself. @throws Error for names that Prometheus would not take */
async function render(metrics: readonly Metric[]): Promise<string> {
  const registry = new Registry();
  for (const { name, help, type, samples } of metrics) {
    const labelNames = [...new Set(samples.flatMap(({ labels = {} }) => Object.keys(labels)))];
    const options = { name, help, labelNames, registers: [registry] };
    if (type === 'gauge') {
      const gauge = new Gauge(options);
      for (const { labels = {}, value } of samples) gauge.set(labels, value);
    } else {
      const counter = new Counter(options);
      for (const { labels = {}, value } of samples) counter.inc(labels, value);
    }
  }
  return registry.metrics();
}
