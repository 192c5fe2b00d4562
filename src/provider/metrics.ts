/** Label values come from a small fixed set: never names or UIDs of pods, paths or messages. */
export type MetricLabels = Readonly<Record<string, string>>;

/** One figure of a provider for one set of labels. */
export interface MetricSample {
  readonly value: number;
  readonly labels?: MetricLabels;
}

/** How often something took how long, for one set of labels. */
export interface HistogramSample {
  readonly labels?: MetricLabels;
  /** How many values lay within each bound and over the one before, at last those over all bounds. Not cumulative. */
  readonly counts: ArrayLike<number>;
  readonly sum: number;
}

interface MetricTexts {
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  /** Names of the labels of all samples, for documents: without any sample nothing else tells. */
  readonly labels?: readonly string[];
}

/** A figure as it is now. A counter never falls while the process lives. */
export interface FigureMetric extends MetricTexts {
  readonly type: 'gauge' | 'counter';
  readonly samples: readonly MetricSample[];
}

/** A distribution. */
export interface HistogramMetric extends MetricTexts {
  readonly type: 'histogram';
  /** Rising; the last one, infinity, is left out. */
  readonly bounds: readonly number[];
  readonly samples: readonly HistogramSample[];
}

/**
 * What a provider tells of itself, as it is now. Names follow Prometheus' conventions and begin with what the provider is called
 * (`interlink_docker_…`): base units, `_total` at the end of counters. See `Counter` and `Histogram` for those that are kept.
 */
export type Metric = FigureMetric | HistogramMetric;
