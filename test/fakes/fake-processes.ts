import type { Clock } from '../../src/clock.js';
import { EngineError, type EngineErrorTag } from '../../src/engine/index.js';
import { type FakeContainers, joinedTo } from './fake-containers.js';
import type { FakeContainer } from './fake-container.js';
import type { FakeEvents } from './fake-events.js';
import type { FakeNetworks } from './fake-networks.js';
import { type Program, type ProgramOf, signalName, signalNumber, WELL_BEHAVED } from './program.js';

const KILLED = 137;
/** Exit code of a container whose start failed before its process. */
const NOT_STARTED = 128;

export interface ExitOptions {
  /** The kernel ended it for its memory. */
  readonly oom?: boolean;
}

/** What runs in the fake's containers: starts, signals, ends. */
export class FakeProcesses {
  programOf: ProgramOf = () => WELL_BEHAVED;
  /** Called when a container ends; stops wait for it. */
  private readonly onExit = new Map<string, Set<() => void>>();

  constructor(
    private readonly clock: Clock,
    private readonly containers: FakeContainers,
    private readonly networks: FakeNetworks,
    private readonly events: FakeEvents,
  ) {}

  /** A start that fails marks the container, and no event tells of it. */
  start(container: FakeContainer): void {
    if (container.state === 'paused') throw new EngineError('Conflict', 'cannot start a paused container, try unpause instead');
    if (container.isRunning) return;
    try {
      this.join(container);
      container.program = this.programOf(container.config, container.files);
      const { failsToStart } = container.program;
      if (failsToStart !== undefined) throw new StartFailure(failsToStart);
    } catch (error) {
      this.networks.leave(container.id);
      container.error = error instanceof Error ? error.message : String(error);
      container.exitCode = error instanceof StartFailure ? error.exitCode : NOT_STARTED;
      throw error instanceof StartFailure ? error.answer : error;
    }
    Object.assign(container, { state: 'running', error: '', exitCode: 0, isOomKilled: false, startedAt: this.clock.now(), finishedAt: undefined });
    container.log.setWriting(true);
    this.events.emit('start', container);
    this.run(container, container.program);
  }

  /** Sends the stop signal; resolves when the container has ended, by SIGKILL once the grace has passed on the clock. */
  async stop(container: FakeContainer, graceSeconds: number): Promise<void> {
    if (!container.isRunning) return;
    const ended = this.ended(container);
    container.state = 'running'; // a stop wakes what is paused
    this.signal(container, container.config.StopSignal ?? 'SIGTERM');
    if (!container.isRunning) return;
    const graceEnds = new Date(this.clock.now().getTime() + graceSeconds * 1000);
    const callOff = graceSeconds > 0 ? this.clock.at(graceEnds, () => this.kill(container)) : undefined;
    if (callOff === undefined) this.kill(container);
    await ended;
    callOff?.();
  }

  async wait(container: FakeContainer): Promise<number> {
    if (container.isRunning) await this.ended(container);
    return container.exitCode;
  }

  /** @throws EngineError `Conflict` when it does not run */
  signal(container: FakeContainer, signal: string): void {
    const name = signalName(signal);
    const number = signalNumber(name);
    if (number === undefined) throw new EngineError('BadRequest', `Invalid signal: ${signal}`);
    if (!container.isRunning) throw new EngineError('Conflict', `Cannot kill container: ${container.name}: Container ${container.id} is not running`);
    this.events.emit('kill', container, { signal: String(number) });
    const exitCode = name === 'SIGKILL' ? KILLED : container.program.onSignal?.[name];
    if (exitCode !== undefined) this.exit(container, exitCode);
  }

  exit(container: FakeContainer, exitCode: number, { oom = false }: ExitOptions = {}): void {
    if (!container.isRunning) throw new Error(`container ${container.name} does not run`);
    Object.assign(container, { state: 'exited', exitCode, isOomKilled: oom, finishedAt: this.clock.now() });
    this.networks.leave(container.id);
    container.log.setWriting(false);
    if (oom) this.events.emit('oom', container);
    this.events.emit('die', container, { exitCode: String(exitCode) });
    const waiting = this.onExit.get(container.id);
    this.onExit.delete(container.id);
    waiting?.forEach((wake) => wake());
    this.exitMembers(container);
  }

  private kill(container: FakeContainer): void {
    if (container.isRunning) this.signal(container, 'SIGKILL');
  }

  private ended(container: FakeContainer): Promise<void> {
    const waiting = this.onExit.get(container.id) ?? new Set();
    this.onExit.set(container.id, waiting);
    return new Promise((resolve) => void waiting.add(resolve));
  }

  /** Whoever shares the processes of a container dies with it. */
  private exitMembers({ id }: FakeContainer): void {
    for (const member of this.containers.all()) {
      if (member.isRunning && joinedTo(member.config.HostConfig?.PidMode) === id) this.exit(member, KILLED);
    }
  }

  private join(container: FakeContainer): void {
    const { HostConfig = {}, NetworkingConfig } = container.config;
    for (const mode of [HostConfig.PidMode, HostConfig.IpcMode]) this.checkJoin(mode, 'Failed');
    this.checkJoin(HostConfig.NetworkMode, 'Conflict');
    const network = HostConfig.NetworkMode ?? 'bridge';
    if (joinedTo(network) !== undefined) return;
    const name = network === 'default' ? 'bridge' : network;
    const address = NetworkingConfig?.EndpointsConfig[name]?.IPAMConfig?.IPv4Address;
    // One that ran before holds on to the network it was on, by id.
    container.endpoint = this.networks.join(container.endpoint?.networkId ?? name, container.id, address);
    this.publish(container);
  }

  /** Ports of the host, which only those that run have. */
  private publish(container: FakeContainer): void {
    const held = this.containers.all().filter((other) => other.isRunning).flatMap(portsOf);
    const isAny = (address: string): boolean => address === '' || address === '0.0.0.0';
    for (const { key, address } of portsOf(container)) {
      const isTaken = held.some((other) => other.key === key && (other.address === address || isAny(address) || isAny(other.address)));
      if (isTaken) throw new EngineError('PortUnavailable', `driver failed programming external connectivity: Bind for ${address || '0.0.0.0'}:${key.split('/')[0]} failed: port is already allocated`);
    }
  }

  private checkJoin(mode: string | undefined, tag: EngineErrorTag): void {
    const joined = joinedTo(mode);
    if (joined !== undefined && !this.containers.get(joined).isRunning) throw new EngineError(tag, `cannot join a non running container: ${joined}`);
  }

  private run(container: FakeContainer, { output = [], writes = {}, exits }: Program): void {
    for (const [path, bytes] of Object.entries(writes)) container.written.set(path, bytes);
    for (const { stream, text } of output) container.log.write(stream, text);
    if (exits !== undefined) this.exit(container, exits);
  }
}

/** By port and protocol; the engine publishes what is exposed only. */
function portsOf({ config }: FakeContainer): { readonly key: string; readonly address: string }[] {
  return Object.entries(config.HostConfig?.PortBindings ?? {}).filter(([port]) => config.ExposedPorts?.[port] !== undefined).flatMap(([port, bindings]) => bindings.map(({ HostIp, HostPort }) => ({ key: `${HostPort}/${port.split('/')[1]}`, address: HostIp })));
}

/** What the runtime says of a process that it could not start. */
class StartFailure extends Error {
  readonly exitCode: number;
  readonly answer: EngineError;

  constructor({ exitCode, message, tag = 'BadRequest' }: NonNullable<Program['failsToStart']>) {
    super(message);
    this.exitCode = exitCode;
    this.answer = new EngineError(tag, message);
  }
}
