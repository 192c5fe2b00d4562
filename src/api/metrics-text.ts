import type { HistogramMetric, HistogramSample, Metric, MetricLabels } from '../provider/index.js';

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Prometheus' text format. Pure.
 * @throws Error for names that Prometheus would not take
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function toMetricsText(metrics: readonly Metric[]): string {
  return metrics.map(toBlock).join('\n');
}

function toBlock(metric: Metric): string {
  const { name, help, type } = metric;
  if (!NAME.test(name)) throw new Error(`${JSON.stringify(name)} is no name of a metric`);
  const series = metric.type === 'histogram' ? metric.samples.flatMap((sample) => toBuckets(metric, sample)) : metric.samples.map(({ labels, value }) => toLine(name, labels, value));
  return [`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${type}`, ...series, ''].join('\n');
}

/** Each bucket counts those below it too. */
function toBuckets({ name, bounds }: HistogramMetric, { labels, counts, sum }: HistogramSample): string[] {
  let count = 0;
  const buckets = [...bounds, Infinity].map((bound, index) => {
    count += counts[index] ?? 0;
    return toLine(`${name}_bucket`, { ...labels, le: toNumber(bound) }, count);
  });
  return [...buckets, toLine(`${name}_sum`, labels, sum), toLine(`${name}_count`, labels, count)];
}

function toLine(name: string, labels: MetricLabels = {}, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => {
    if (!LABEL.test(label)) throw new Error(`${JSON.stringify(label)} is no name of a label`);
    return `${label}="${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
  });
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${toNumber(value)}`;
}

function toNumber(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}
