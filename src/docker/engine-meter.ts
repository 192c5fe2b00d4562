import { type Engine, type EngineVersion, errorTagOf, observed, type Observer } from '../engine/index.js';
import { Counter, Histogram, type Metric } from '../provider/index.js';
import type { Tracer } from '../telemetry.js';

/** Seconds. A start takes some tenths of a second, and of calls without a reason to last none takes more than 60 s. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Figures of what the engine is asked for, and a span of each call that is made for a traced piece of work. */
export class EngineMeter {
  private underWay = 0;
  private readonly durations = new Histogram(
    { name: 'interlink_docker_engine_call_duration_seconds', help: 'Time that calls to the Docker Engine took, by kind, with the wait for their turn; of streams, until they began.', labels: ['call'] },
    BOUNDS,
  );
  private readonly errors = new Counter({ name: 'interlink_docker_engine_call_errors_total', help: 'Calls to the Docker Engine that did not succeed, by kind and by what was the matter. Some answers, such as NotFound, are expected.', labels: ['call', 'error'] });

  constructor(private readonly tracer: Tracer) {}

  /** The same engine, looked on. */
  over(engine: Engine): Engine {
    return observed(engine, this.observe);
  }

  metricsOf(engine: Engine, version: EngineVersion | undefined): readonly Metric[] {
    const { starts, execs, calls } = engine.queued();
    const waiting = Object.entries({ starts, execs, calls }).map(([queue, value]) => ({ labels: { queue }, value }));
    const info = version && [{ labels: { version: version.version, api_version: version.apiVersion }, value: 1 }];
    return [
      this.durations.metric,
      this.errors.metric,
      { name: 'interlink_docker_engine_calls_in_flight', help: 'Calls to the Docker Engine that are under way or wait for their turn.', type: 'gauge', samples: [{ value: this.underWay }] },
      { name: 'interlink_docker_engine_calls_waiting', help: 'Calls to the Docker Engine that wait for their turn, by queue: starts of containers, starts of commands in them, all others.', type: 'gauge', labels: ['queue'], samples: waiting },
      { name: 'interlink_docker_engine_info', help: 'The Docker Engine, and the version of its API that is spoken, once it was reached. Always 1.', type: 'gauge', labels: ['version', 'api_version'], samples: info ?? [] },
    ];
  }

  private readonly observe: Observer = async (call, objectId, make) => {
    const beganAt = performance.now();
    this.underWay++;
    try {
      const { current } = this.tracer;
      if (current === undefined) return await make();
      const attributes = objectId === undefined ? {} : { 'container.id': objectId };
      return await this.tracer.trace(`engine ${call}`, { kind: 'client', parent: current.context, attributes }, make);
    } catch (error) {
      this.errors.add(call, errorTagOf(error));
      throw error;
    } finally {
      this.underWay--;
      this.durations.observe((performance.now() - beganAt) / 1000, call);
    }
  };
}
