import type { Clock } from '../../src/clock.js';
import { type ContainerConfig, type ContainerDetails, type ContainerSummary, EngineError, type EngineState, type PathStat } from '../../src/engine/index.js';
import type { ArchiveEntry } from './archive.js';
import { FakeLog } from './fake-log.js';
import type { FakeEndpoint } from './fake-networks.js';
import { type Program, WELL_BEHAVED } from './program.js';

/** What the engine writes where something never happened. */
const NEVER = '0001-01-01T00:00:00Z';

/** One container of the fake: what the engine knows of it. */
export class FakeContainer {
  state: EngineState = 'created';
  exitCode = 0;
  error = '';
  isOomKilled = false;
  startedAt: Date | undefined;
  finishedAt: Date | undefined;
  endpoint: FakeEndpoint | undefined;
  /** Of networks that it has joined since, by name. */
  readonly moreEndpoints = new Map<string, FakeEndpoint>();
  program: Program = WELL_BEHAVED;
  readonly archives: ArchiveEntry[] = [];
  /** Bytes by path. */
  readonly written = new Map<string, number>();
  readonly log: FakeLog;
  private readonly createdAt: Date;

  constructor(
    readonly id: string,
    public name: string,
    readonly config: ContainerConfig,
    readonly imageId: string,
    clock: Clock,
  ) {
    this.log = new FakeLog(clock, config.Tty === true);
    this.createdAt = clock.now();
  }

  /** Paused ones are running to the engine. */
  get isRunning(): boolean {
    return this.state === 'running' || this.state === 'paused';
  }

  /** Of its events. */
  get attributes(): Readonly<Record<string, string>> {
    return { ...this.config.Labels, name: this.name, image: this.config.Image };
  }

  /** Content of the files that were put into it, by absolute path. */
  get files(): ReadonlyMap<string, string> {
    return new Map(this.archives.filter(({ type }) => type === 'file').map(({ path, content }) => [path, content.toString()]));
  }

  /** Of what was put into it. */
  stat(path: string): PathStat {
    const entry = this.archives.findLast((archived) => archived.path === path);
    if (entry === undefined) throw new EngineError('NotFound', `Could not find the file ${path} in container ${this.id}`);
    const { type, mode, content } = entry;
    return { kind: type === 'directory' || type === 'symlink' ? type : 'file', size: content.length, mode };
  }

  toSummary(): ContainerSummary {
    return { Id: this.id, Names: [`/${this.name}`], State: this.state, Labels: this.config.Labels ?? {} };
  }

  toDetails(): ContainerDetails {
    const { config, endpoint } = this;
    return {
      Id: this.id,
      Name: `/${this.name}`,
      Created: this.createdAt.toISOString(),
      Image: this.imageId,
      State: {
        Status: this.state,
        ExitCode: this.exitCode,
        Error: this.error,
        OOMKilled: this.isOomKilled,
        StartedAt: this.startedAt?.toISOString() ?? NEVER,
        FinishedAt: this.finishedAt?.toISOString() ?? NEVER,
        Pid: this.isRunning ? 4711 : 0,
      },
      Config: { Image: config.Image, Env: config.Env ?? null, Labels: config.Labels ?? {}, Tty: config.Tty ?? false, ...(config.StopSignal && { StopSignal: config.StopSignal }) },
      Mounts: (config.HostConfig?.Mounts ?? []).map(({ Source, Target }) => ({ Source, Destination: Target })),
      ...(config.HostConfig && { HostConfig: config.HostConfig }),
      NetworkSettings: {
        Networks: Object.fromEntries(
          [...(endpoint === undefined ? [] : [endpoint]), ...this.moreEndpoints.values()].map(({ name, address, networkId }) => [name, { IPAddress: this.isRunning ? address : '', NetworkID: networkId }]),
        ),
      },
    };
  }
}
