/** One line of Prometheus' text format. */
export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A metric as it was told. */
export interface ScrapedMetric {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly series: readonly Series[];
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\.)*)",?/g;

/** @throws Error for what is not of the format */
export function parseScrape(text: string): readonly ScrapedMetric[] {
  const metrics: (ScrapedMetric & { readonly series: Series[] })[] = [];
  const types = new Map([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('# TYPE'))) {
    const [, name, help] = /^# HELP (\S+) (.*)$/.exec(line) ?? [];
    if (name !== undefined) metrics.push({ name, help: help ?? '', type: types.get(name) ?? 'none', series: [] });
    else metrics.at(-1)?.series.push(parseLine(line));
  }
  return metrics;
}

function parseLine(line: string): Series {
  const [, name, labels = '', value] = LINE.exec(line) ?? [];
  if (name === undefined || labels.replaceAll(LABEL, '') !== '') throw new Error(`not of Prometheus' format: ${line}`);
  return { name, labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, key = '', text = '']) => [key, text])), value: value === '+Inf' ? Infinity : Number(value) };
}

const NOT_BASE_UNITS = /(^|_)(milliseconds?|microseconds?|ms|minutes?|hours?|days?|kilobytes?|megabytes?|kib|mib|kb|mb|percent)(_|$)/;

/** What Prometheus' conventions do not like. Pure. @see https://prometheus.io/docs/practices/naming/ */
export function lintMetrics(metrics: readonly ScrapedMetric[]): readonly string[] {
  const names = metrics.map(({ name }) => name);
  return metrics.flatMap((metric) => lintOne(metric, names).map((problem) => `${metric.name}: ${problem}`));
}

function lintOne({ name, type, help, series }: ScrapedMetric, names: readonly string[]): readonly string[] {
  const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : type === 'summary' ? ['', '_sum', '_count'] : [''];
  const checks: readonly (readonly [boolean, string])[] = [
    [/^[a-z][a-z0-9_]*$/.test(name), 'small letters, digits and _ make a name'],
    [names.filter((one) => one === name).length === 1, 'told once'],
    [help !== '', 'has a help text'],
    [['gauge', 'counter', 'histogram', 'summary'].includes(type), `has a type, not ${type}`],
    [name.endsWith('_total') === (type === 'counter'), 'ends in _total where it is a counter, and only there'],
    [!NOT_BASE_UNITS.test(name), 'is in a base unit'],
    [!/_(bucket|count|sum|info)$/.test(name) || (name.endsWith('_info') && series.every(({ value }) => value === 1)), 'does not end like something else'],
    [series.every((one) => suffixes.some((suffix) => one.name === name + suffix)), 'has series of its own only'],
    [new Set(series.map((one) => JSON.stringify([one.name, one.labels]))).size === series.length, 'tells each series once'],
    [series.every(({ labels }) => !Object.keys(labels).some((label) => label.startsWith('__') || (label === 'le' && type !== 'histogram'))), 'has labels of its own'],
  ];
  return checks.flatMap(([holds, text]) => (holds ? [] : [text]));
}
