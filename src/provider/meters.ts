import type { FigureMetric, HistogramMetric, MetricLabels } from './metrics.js';

/** What is counted. */
export interface MeterTexts {
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  /** Names of labels, whose values come from a small fixed set. */
  readonly labels?: readonly string[];
}

/** Counts what happens, by the values of its labels. */
export class Counter {
  private readonly counts = new Map<string, number>();

  /** @param known values of the labels of series that are there from the beginning */
  constructor(
    private readonly texts: MeterTexts,
    known: readonly (readonly string[])[] = texts.labels === undefined ? [[]] : [],
  ) {
    for (const values of known) this.counts.set(values.join(SEPARATOR), 0);
  }

  /** One more. @param values of the labels, in their order */
  add(...values: readonly string[]): void {
    const key = values.join(SEPARATOR);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  get metric(): FigureMetric {
    const samples = [...this.counts].map(([key, value]) => ({ ...toLabels(this.texts.labels, key), value }));
    return { ...this.texts, type: 'counter', samples };
  }
}

interface Series {
  readonly counts: Float64Array;
  sum: number;
}

/** Keeps how values are distributed, by the values of its labels: some additions a value, and nothing that grows. */
export class Histogram {
  private readonly series = new Map<string, Series>();

  /** @param bounds rising, without infinity */
  constructor(
    private readonly texts: MeterTexts,
    private readonly bounds: readonly number[],
  ) {
    if (texts.labels === undefined) this.seriesOf(''); // there from the beginning
  }

  /** One more. @param values of the labels, in their order */
  observe(value: number, ...values: readonly string[]): void {
    const series = this.seriesOf(values.join(SEPARATOR));
    let place = 0;
    while (place < this.bounds.length && value > (this.bounds[place] ?? Infinity)) place++;
    series.counts[place] = (series.counts[place] ?? 0) + 1;
    series.sum += value;
  }

  get metric(): HistogramMetric {
    const samples = [...this.series].map(([key, { counts, sum }]) => ({ ...toLabels(this.texts.labels, key), counts: counts.slice(), sum }));
    return { ...this.texts, type: 'histogram', bounds: this.bounds, samples };
  }

  private seriesOf(key: string): Series {
    const known = this.series.get(key);
    if (known !== undefined) return known;
    const series = { counts: new Float64Array(this.bounds.length + 1), sum: 0 };
    this.series.set(key, series);
    return series;
  }
}

/** In no value of a fixed set. */
const SEPARATOR = '\0';

function toLabels(names: readonly string[] | undefined, key: string): { labels?: MetricLabels } {
  if (names === undefined || names.length === 0) return {};
  const values = key.split(SEPARATOR);
  return { labels: Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])) };
}
