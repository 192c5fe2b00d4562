import type { Readable } from 'node:stream';
import { systemClock } from '../../src/clock.js';
import type { ContainerConfig, ContainerDetails, ContainerEvent, ContainerSummary, DiskUsage, Engine, EngineInfo, EndpointConfig, EngineVersion, Guard, ExecRequest, ExecState, ImageDetails, ImageSummary, ImageUsage, LogQuery, NetworkSummary, NewNetwork, OnPullLine, PathStat, PullRequest, QueuedCalls, RunningExec, VolumeDetails, VolumeSummary } from '../../src/engine/index.js';
import { EngineError } from '../../src/engine/index.js';
import { packFile, parseArchive } from './archive.js';
import { joinedTo } from './fake-containers.js';
import { diskUsageOf } from './disk-usage.js';
import { FakeControls, type FakeEngineOptions } from './fake-controls.js';

/** What changes something. */
const ACTS: ReadonlySet<string> = new Set<keyof Engine>([
  'createContainer', 'startContainer', 'stopContainer', 'killContainer', 'removeContainer', 'renameContainer', 'putArchive', 'startExec', 'createVolume', 'removeVolume',
  'createNetwork', 'reattachNetwork', 'joinNetwork', 'leaveNetwork', 'removeNetwork', 'tagImage', 'removeImage',
]);

/** An engine in memory, kept honest by test/contract. What happens inside its containers, tests say (see FakeControls). */
export class FakeEngine extends FakeControls implements Engine {
  constructor(private readonly options: FakeEngineOptions = {}) {
    super(options.clock ?? systemClock, options.images ?? []);
  }

  guarded(guard: Guard): Engine {
    // Calls of this object, with its state: only the way to it is another.
    return new Proxy(this, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        const call = (...args: unknown[]): Promise<unknown> => Reflect.apply(member, target, args) as Promise<unknown>;
        return ACTS.has(String(name)) ? (...args: unknown[]) => guard(() => call(...args)) : call;
      },
    });
  }

  queued(): QueuedCalls {
    return { starts: 0, execs: 0, calls: 0 };
  }

  version(signal?: AbortSignal): Promise<EngineVersion> {
    return this.call('version', [signal], () => ({ version: '20.10.24', apiVersion: '1.41', architecture: 'amd64', ...this.options.version }));
  }

  info(signal?: AbortSignal): Promise<EngineInfo> {
    return this.call('info', [signal], () => ({ name: 'fake', id: 'fake-engine', cpus: 4, memoryBytes: 8 * 2 ** 30, osType: 'linux', cgroupVersion: '2', runtimes: ['runc'], cdi: false, dataRoot: '/var/lib/docker', securityOptions: [{ name: 'seccomp', profile: 'default' }], ...this.options.info }));
  }

  diskUsage(signal?: AbortSignal): Promise<DiskUsage> {
    return this.call('diskUsage', [signal], () => diskUsageOf(this.containers.all()));
  }

  ping(signal?: AbortSignal): Promise<void> {
    return this.call('ping', [signal], () => undefined);
  }

  createContainer(name: string, config: ContainerConfig, signal?: AbortSignal): Promise<string> {
    return this.call('createContainer', [name, config, signal], () => this.containers.create(name, structuredClone(config)));
  }

  startContainer(id: string, signal?: AbortSignal): Promise<void> {
    return this.call('startContainer', [id, signal], () => {
      this.processes.start(this.containers.get(id));
      this.killMarked(id);
    });
  }

  stopContainer(id: string, graceSeconds: number, signal?: AbortSignal): Promise<void> {
    return this.call('stopContainer', [id, graceSeconds, signal], () => this.processes.stop(this.containers.get(id), graceSeconds));
  }

  killContainer(id: string, killSignal: string, signal?: AbortSignal): Promise<void> {
    return this.call('killContainer', [id, killSignal, signal], () => this.processes.signal(this.containers.get(id), killSignal));
  }

  removeContainer(id: string, signal?: AbortSignal): Promise<void> {
    return this.call('removeContainer', [id, signal], () => this.removeByForce(id));
  }

  renameContainer(id: string, name: string, signal?: AbortSignal): Promise<void> {
    return this.call('renameContainer', [id, name, signal], () => this.containers.rename(id, name));
  }

  inspectContainer(id: string, signal?: AbortSignal): Promise<ContainerDetails> {
    return this.call('inspectContainer', [id, signal], () => {
      const container = this.containers.get(id);
      const commands = this.execs.running().filter((exec) => exec.container === container);
      return { ...container.toDetails(), ExecIDs: commands.length === 0 ? null : commands.map((exec) => exec.id) };
    });
  }

  listContainers(labels: readonly string[], signal?: AbortSignal): Promise<readonly ContainerSummary[]> {
    return this.call('listContainers', [labels, signal], () => this.containers.list(labels));
  }

  waitContainer(id: string, signal: AbortSignal): Promise<number> {
    return this.call('waitContainer', [id, signal], () => this.processes.wait(this.containers.get(id)));
  }

  statPath(id: string, path: string, signal?: AbortSignal): Promise<PathStat> {
    return this.call('statPath', [id, path, signal], () => this.containers.get(id).stat(path));
  }

  getArchive(id: string, path: string, signal?: AbortSignal): Promise<Readable> {
    return this.call('getArchive', [id, path, signal], () => {
      const container = this.containers.get(id);
      container.stat(path);
      return packFile(path, container.files.get(path) ?? '');
    });
  }

  putArchive(id: string, path: string, tar: Readable | Buffer, signal?: AbortSignal): Promise<void> {
    return this.call('putArchive', [id, path, tar, signal], async () => {
      const container = this.containers.get(id);
      if (container.config.HostConfig?.ReadonlyRootfs) throw new EngineError('Failed', 'container rootfs is marked read-only');
      container.archives.push(...(await parseArchive(path, tar)));
    });
  }

  containerLogs(id: string, query: LogQuery, signal?: AbortSignal): Promise<Readable> {
    return this.call('containerLogs', [id, query, signal], () => {
      const { config, log } = this.containers.get(id);
      if (config.HostConfig?.LogConfig?.Type === 'none') throw new EngineError('Failed', 'configured logging driver does not support reading');
      return log.read(query, signal);
    });
  }

  startExec(containerId: string, request: ExecRequest, signal?: AbortSignal): Promise<RunningExec> {
    return this.call('startExec', [containerId, request, signal], () => this.execs.start(this.containers.get(containerId), request));
  }

  inspectExec(id: string, signal?: AbortSignal): Promise<ExecState> {
    return this.call('inspectExec', [id, signal], () => this.execs.inspect(id));
  }

  createVolume(name: string, labels: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<void> {
    return this.call('createVolume', [name, labels, signal], () => this.volumes.create(name, labels));
  }

  inspectVolume(name: string, signal?: AbortSignal): Promise<VolumeDetails> {
    return this.call('inspectVolume', [name, signal], () => this.volumes.inspect(name));
  }

  listVolumes(labels: readonly string[], signal?: AbortSignal): Promise<readonly VolumeSummary[]> {
    return this.call('listVolumes', [labels, signal], () => this.volumes.list(labels));
  }

  removeVolume(name: string, signal?: AbortSignal): Promise<void> {
    return this.call('removeVolume', [name, signal], () => this.volumes.remove(name));
  }

  createNetwork(network: NewNetwork, signal?: AbortSignal): Promise<string> {
    return this.call('createNetwork', [network, signal], () => this.networks.create(network));
  }

  inspectNetwork(name: string, signal?: AbortSignal): Promise<NetworkSummary> {
    return this.call('inspectNetwork', [name, signal], () => this.networks.inspect(name));
  }

  listNetworks(labels: readonly string[], signal?: AbortSignal): Promise<readonly NetworkSummary[]> {
    return this.call('listNetworks', [labels, signal], () => this.networks.list(labels));
  }

  reattachNetwork(name: string, containerId: string, endpoint: EndpointConfig, signal?: AbortSignal): Promise<void> {
    return this.call('reattachNetwork', [name, containerId, endpoint, signal], () => {
      const container = this.containers.get(containerId);
      container.endpoint = { networkId: this.networks.inspect(name).Id, name, address: endpoint.IPAMConfig?.IPv4Address ?? '' };
    });
  }

  joinNetwork(name: string, containerId: string, endpoint: EndpointConfig, signal?: AbortSignal): Promise<void> {
    return this.call('joinNetwork', [name, containerId, endpoint, signal], () => {
      const container = this.containers.get(containerId);
      container.moreEndpoints.set(name, this.networks.join(name, container.id, endpoint.IPAMConfig?.IPv4Address));
    });
  }

  leaveNetwork(name: string, containerId: string, signal?: AbortSignal): Promise<void> {
    return this.call('leaveNetwork', [name, containerId, signal], () => {
      if (this.containers.get(containerId).moreEndpoints.delete(name)) this.networks.leaveOne(name, containerId);
    });
  }

  removeNetwork(name: string, signal?: AbortSignal): Promise<void> {
    return this.call('removeNetwork', [name, signal], () => this.networks.remove(name));
  }

  inspectImage(name: string, signal?: AbortSignal): Promise<ImageDetails> {
    return this.call('inspectImage', [name, signal], () => this.imageStore.get(name));
  }

  listImages(signal?: AbortSignal): Promise<readonly ImageSummary[]> {
    return this.call('listImages', [signal], () => this.imageStore.list());
  }

  imageUsage(signal?: AbortSignal): Promise<ImageUsage> {
    return this.call('imageUsage', [signal], () => this.imageStore.usage());
  }

  tagImage(image: string, repository: string, tag: string, signal?: AbortSignal): Promise<void> {
    return this.call('tagImage', [image, repository, tag, signal], () => this.imageStore.tag(image, `${repository}:${tag}`));
  }

  removeImage(image: string, signal?: AbortSignal): Promise<void> {
    return this.call('removeImage', [image, signal], () => this.imageStore.remove(image));
  }

  pullImage(request: PullRequest, onLine: OnPullLine, signal?: AbortSignal): Promise<void> {
    return this.call('pullImage', [request, onLine, signal], () => this.imageStore.pull(request, onLine));
  }

  importImage(name: string, tar: Buffer, changes: readonly string[], signal?: AbortSignal): Promise<void> {
    return this.call('importImage', [name, tar, changes, signal], () => this.imageStore.import(name, tar, changes));
  }

  watchEvents(label: string, onEvent: (event: ContainerEvent) => void, onClose: (error?: Error) => void, signal: AbortSignal, since?: Date): Promise<void> {
    return this.call('watchEvents', [label, onEvent, onClose, signal, since], () => this.eventStreams.watch({ label, onEvent, onClose, signal }, since));
  }

  /** What the sandbox tool does when it is told `kill MARK` among another container's processes. */
  private killMarked(helperId: string): void {
    const { Cmd = [], HostConfig } = this.containers.get(helperId).config;
    const target = joinedTo(HostConfig?.PidMode);
    if (Cmd[0] === 'kill' && target !== undefined) this.execs.kill(this.containers.get(target).id, Cmd.slice(1));
  }
}
