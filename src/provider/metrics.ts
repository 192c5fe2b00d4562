/** One figure of a provider for one set of labels. Label values come from a small fixed set: never names or UIDs of pods. */
export interface MetricSample {
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * A figure of a provider, as it is now. Names follow Prometheus' conventions and begin with what the provider is called
 * (`interlink_docker_…`): base units, `_total` at the end of counters.
 */
export interface Metric {
  readonly name: string;
  readonly help: string;
  /** A counter never falls while the process lives. */
  readonly type: 'gauge' | 'counter';
  readonly samples: readonly MetricSample[];
}
