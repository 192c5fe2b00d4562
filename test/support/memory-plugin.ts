import type { IncomingMessage, ServerResponse } from 'node:http';
import { createApp, type RunningServer, startServer } from '../../src/api/index.js';
import type { Clock } from '../../src/clock.js';
import { type ConformanceOptions, type ConformanceReport, runConformance } from '../../src/conformance/index.js';
import { MemoryProvider, toMemoryCommand, VirtualClock } from '../../src/fakes/index.js';
import { silentLogger } from '../../src/log.js';
import { Provider } from '../../src/provider/index.js';

/** What stands between the caller and the app. */
export type Front = (request: IncomingMessage, response: ServerResponse, app: () => void) => void;

/** Time passes for the plugin while the kit waits, and only then: as much as it wants to wait. */
export function pacedBy(clock: VirtualClock): Clock {
  return {
    now: () => clock.now(),
    at: (at, wake) => {
      const pass = setImmediate(() => {
        clock.advance(Math.max(at.getTime() - clock.now().getTime(), 0));
        wake();
      });
      return () => clearImmediate(pass);
    },
  };
}

/** A plugin in memory behind a real server, made anew for each run but for its app, which takes long to make. */
export class MemoryPlugin {
  private clock = new VirtualClock();
  private provider: Provider = new MemoryProvider(this.clock);
  private front: Front = (_request, _response, app) => app();

  private constructor(private readonly server: { running?: RunningServer }) {}

  static async start(): Promise<MemoryPlugin> {
    const plugin = new MemoryPlugin({});
    const delegate: Provider = new (class extends Provider {
      override create: Provider['create'] = (...call) => plugin.provider.create(...call);
      override delete: Provider['delete'] = (...call) => plugin.provider.delete(...call);
      override status: Provider['status'] = (...call) => plugin.provider.status(...call);
      override getLogs: Provider['getLogs'] = (...call) => plugin.provider.getLogs(...call);
    })();
    const clock: Clock = { now: () => plugin.clock.now(), at: (at, wake) => plugin.clock.at(at, wake) };
    const app = createApp(delegate, { log: silentLogger, bodyLimitBytes: 100_000, clock });
    plugin.server.running = await startServer({ app: (request, response) => plugin.front(request, response, () => void app(request, response)), host: '127.0.0.1', port: 0 });
    return plugin;
  }

  get url(): string {
    return this.server.running?.address ?? '';
  }

  /** Runs the kit on a fresh plugin, in no real time; a test may plant a defect in either of its sides. */
  try(makeProvider: (clock: VirtualClock) => Provider = (clock) => new MemoryProvider(clock), front?: Front, options: Partial<ConformanceOptions> = {}): Promise<ConformanceReport> {
    this.clock = new VirtualClock();
    this.provider = makeProvider(this.clock);
    this.front = front ?? ((_request, _response, app) => app());
    const paced = pacedBy(this.clock);
    return runConformance({ url: this.url, clock: paced, toContainer: toMemoryCommand, largeBodyBytes: 200_000, timeoutMs: 60_000, podTimeoutMs: 20_000, pollMs: 500, ...options });
  }

  async stop(): Promise<void> {
    await this.server.running?.close(0);
  }
}
