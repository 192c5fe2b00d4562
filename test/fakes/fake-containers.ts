import { createHash } from 'node:crypto';
import type { Clock } from '../../src/clock.js';
import { type ContainerConfig, type ContainerSummary, EngineError } from '../../src/engine/index.js';
import { FakeContainer } from './fake-container.js';
import { type FakeEvents, hasLabels } from './fake-events.js';
import type { FakeImages } from './fake-images.js';
import type { FakeVolumes } from './fake-volumes.js';

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const JOINS = 'container:';
const SHORT_ID_LENGTH = 12;

/** The fake's containers as records: names, creation, removal. What runs is FakeProcesses' business. */
export class FakeContainers {
  private readonly byId = new Map<string, FakeContainer>();
  private serial = 0;

  constructor(
    private readonly clock: Clock,
    private readonly images: FakeImages,
    private readonly volumes: FakeVolumes,
    private readonly events: FakeEvents,
  ) {}

  all(): readonly FakeContainer[] {
    return [...this.byId.values()];
  }

  /** By id, the beginning of one, or name. */
  find(idOrName: string): FakeContainer | undefined {
    const isBeginning = (id: string): boolean => idOrName.length >= SHORT_ID_LENGTH && id.startsWith(idOrName);
    return this.byId.get(idOrName) ?? this.all().find(({ name }) => name === idOrName.replace(/^\//, '')) ?? this.all().find(({ id }) => isBeginning(id));
  }

  /** @throws EngineError `NotFound` */
  get(idOrName: string): FakeContainer {
    const container = this.find(idOrName);
    if (container === undefined) throw new EngineError('NotFound', `No such container: ${idOrName}`);
    return container;
  }

  create(name: string, config: ContainerConfig): string {
    this.checkName(name);
    checkJoin(config);
    const image = this.images.get(config.Image);
    const id = createHash('sha256').update(`container ${++this.serial}`).digest('hex');
    const container = new FakeContainer(id, name, this.withIds(config), image.Id, this.clock);
    this.volumes.mount(id, config.HostConfig?.Mounts ?? []);
    this.byId.set(id, container);
    this.events.emit('create', container);
    return id;
  }

  rename(idOrName: string, name: string): void {
    const container = this.get(idOrName);
    if (container.name === name) return;
    this.checkName(name);
    const oldName = `/${container.name}`;
    container.name = name;
    this.events.emit('rename', container, { oldName });
  }

  list(labels: readonly string[]): readonly ContainerSummary[] {
    const listed = this.all().filter(({ config }) => hasLabels(config.Labels ?? {}, labels));
    return listed.map((container) => container.toSummary());
  }

  /** Of one that does not run. */
  remove(container: FakeContainer): void {
    this.byId.delete(container.id);
    this.volumes.release(container.id);
    this.events.emit('destroy', container);
  }

  private checkName(name: string): void {
    if (!NAME.test(name)) throw new EngineError('BadRequest', `Invalid container name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`);
    const holder = this.all().find((container) => container.name === name);
    if (holder !== undefined) throw new EngineError('Conflict', `Conflict. The container name "/${name}" is already in use by container "${holder.id}".`);
  }

  /** The engine keeps the id of a container that is joined by name; one that is not there is missed at the start only. */
  private withIds(config: ContainerConfig): ContainerConfig {
    const { HostConfig } = config;
    if (HostConfig === undefined) return config;
    const toId = (mode: string): string => {
      const joined = joinedTo(mode);
      return joined === undefined ? mode : JOINS + (this.find(joined)?.id ?? joined);
    };
    const { NetworkMode, PidMode, IpcMode } = HostConfig;
    const joined = { ...(NetworkMode && { NetworkMode: toId(NetworkMode) }), ...(PidMode && { PidMode: toId(PidMode) }), ...(IpcMode && { IpcMode: toId(IpcMode) }) };
    return { ...config, HostConfig: { ...HostConfig, ...joined } };
  }
}

/** Id or name of the container that a mode (`container:<id>`) joins. */
export function joinedTo(mode: string | undefined): string | undefined {
  return mode?.startsWith(JOINS) ? mode.slice(JOINS.length) : undefined;
}

/** Who joins a network has no host name and no ports of its own. */
function checkJoin({ Hostname, ExposedPorts, HostConfig }: ContainerConfig): void {
  if (joinedTo(HostConfig?.NetworkMode) === undefined) return;
  if (Hostname !== undefined) throw new EngineError('BadRequest', 'conflicting options: hostname and the network mode');
  if (ExposedPorts !== undefined) throw new EngineError('BadRequest', 'conflicting options: port exposing and the container type network mode');
}
