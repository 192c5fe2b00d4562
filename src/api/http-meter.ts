import { Histogram, type Metric } from '../provider/index.js';

/** Seconds; the longest answer takes 100 s, and only followed logs last longer. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** Figures of the requests that come, by route and class of status: neither depends on what a caller sends. */
export class HttpMeter {
  private underWay = 0;
  private readonly durations = new Histogram(
    { name: 'interlink_http_request_duration_seconds', help: 'Time from a request\'s headers to the end of its answer, by route and class of status; a followed log lasts as long as its reader stays.', labels: ['route', 'code'] },
    BOUNDS,
  );

  began(): void {
    this.underWay++;
  }

  /** @param route its pattern in the code; `undefined`: there is none @param status `undefined`: the caller left without an answer */
  ended(route: string | undefined, status: number | undefined, durationMs: number): void {
    this.underWay--;
    this.durations.observe(durationMs / 1000, route ?? 'other', status === undefined ? 'none' : `${Math.trunc(status / 100)}xx`);
  }

  get metrics(): readonly Metric[] {
    const underWay = { name: 'interlink_http_requests_in_flight', help: 'Requests that are being answered now.', type: 'gauge', samples: [{ value: this.underWay }] } as const;
    return [this.durations.metric, underWay];
  }
}
