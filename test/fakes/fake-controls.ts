import type { Clock } from '../../src/clock.js';
import type { ContainerConfig, EngineError, EngineInfo, EngineVersion, ImageDetails } from '../../src/engine/index.js';
import type { ArchiveEntry } from './archive.js';
import { FakeContainers } from './fake-containers.js';
import { type CommandOf, type FakeExec, FakeExecs } from './fake-execs.js';
import { FakeEvents } from './fake-events.js';
import { FakeImages } from './fake-images.js';
import type { LogStream } from './fake-log.js';
import { FakeNetworks } from './fake-networks.js';
import { type ExitOptions, FakeProcesses } from './fake-processes.js';
import { FakeVolumes } from './fake-volumes.js';
import { FaultyCalls } from './faulty-calls.js';
import type { ProgramOf } from './program.js';

export interface FakeEngineOptions {
  /** Default: the system's. Times of containers, events and logs, and the grace of stops, come from it. */
  readonly clock?: Clock;
  /** Names of images that are there. */
  readonly images?: readonly string[];
  readonly info?: Partial<EngineInfo>;
  readonly version?: Partial<EngineVersion>;
}

/** What a test sees and does behind the API of a fake engine. All of it works while the engine is down, too. */
export class FakeControls extends FaultyCalls {
  protected readonly imageStore: FakeImages;
  protected readonly volumes: FakeVolumes;
  protected readonly networks: FakeNetworks;
  protected readonly eventStreams: FakeEvents;
  protected readonly containers: FakeContainers;
  protected readonly processes: FakeProcesses;
  protected readonly execs = new FakeExecs();

  protected constructor(clock: Clock, images: readonly string[]) {
    super();
    this.imageStore = new FakeImages(clock, (imageId) => this.containers.all().filter((container) => container.imageId === imageId).length);
    this.volumes = new FakeVolumes(clock);
    this.networks = new FakeNetworks(clock);
    this.eventStreams = new FakeEvents(clock);
    this.containers = new FakeContainers(clock, this.imageStore, this.volumes, this.eventStreams);
    this.processes = new FakeProcesses(clock, this.containers, this.networks, this.eventStreams);
    images.forEach((name) => this.imageStore.add(name));
  }

  /** Images that are there, by full name. */
  get images(): Map<string, ImageDetails> {
    return this.imageStore.local;
  }

  /** What pulls bring (see `toImage`), or how they fail, by full name. Whatever is not here is NotFound. */
  get registry(): Map<string, ImageDetails | EngineError> {
    return this.imageStore.registry;
  }

  addImage(name: string, details?: Partial<ImageDetails>): ImageDetails {
    return this.imageStore.add(name, details);
  }

  /** Decides, at each start, what a container does. Without it every program runs until `exit` or a signal. */
  runs(programOf: ProgramOf): void {
    this.processes.programOf = programOf;
  }

  /** Decides what commands do that are run in containers. Without it each of them succeeds at once. */
  answers(commandOf: CommandOf): void {
    this.execs.commandOf = commandOf;
  }

  /** Commands that run in containers now. */
  get runningExecs(): readonly FakeExec[] {
    return this.execs.running();
  }

  endExec(exec: FakeExec, exitCode: number): void {
    this.execs.end(exec, exitCode);
  }

  /** Ends a running container, by id or name. */
  exit(id: string, exitCode: number, options?: ExitOptions): void {
    this.processes.exit(this.containers.get(id), exitCode, options);
  }

  /** A child of a container's program was killed for its memory; the container runs on. */
  oom(id: string): void {
    const container = this.containers.get(id);
    container.isOomKilled = true;
    this.eventStreams.emit('oom', container);
  }

  /** A running container writes one message to its log. */
  write(id: string, text: string | Buffer, stream: LogStream = 'stdout'): void {
    this.containers.get(id).log.write(stream, text);
  }

  /** As an operator does with docker pause and unpause. */
  pause(id: string, isPaused = true): void {
    const container = this.containers.get(id);
    container.state = isPaused ? 'paused' : 'running';
    this.eventStreams.emit(isPaused ? 'pause' : 'unpause', container);
  }

  /** As an operator does with docker rm -f; nothing happens to what is gone. */
  removeByForce(id: string): void {
    const container = this.containers.find(id);
    if (container?.isRunning) this.processes.signal(container, 'SIGKILL');
    if (container !== undefined) this.containers.remove(container);
  }

  /** As an operator does with docker system prune: containers that do not run, then networks without any. */
  prune(): void {
    for (const container of this.containers.all()) if (!container.isRunning) this.containers.remove(container);
    this.networks.prune();
  }

  /** Everything that was put into a container, in order. */
  archives(id: string): readonly ArchiveEntry[] {
    return this.containers.get(id).archives;
  }

  /** As it was created. */
  configOf(id: string): ContainerConfig {
    return this.containers.get(id).config;
  }

  /** How many event streams are open. */
  get watcherCount(): number {
    return this.eventStreams.watcherCount;
  }

  /** How many read a container's log, or wait for more of it. */
  readerCount(id: string): number {
    return this.containers.get(id).log.readerCount;
  }

  /** Breaks event streams and logs that are open; the next ones work. */
  breakStreams(): void {
    this.eventStreams.close();
    for (const { log } of this.containers.all()) log.break();
  }

  /** What happened is not told to whoever asks later, as after a restart of the engine. */
  forgetEvents(): void {
    this.eventStreams.forget();
  }

  override setDown(down: boolean): void {
    super.setDown(down);
    if (down) this.breakStreams();
  }
}
