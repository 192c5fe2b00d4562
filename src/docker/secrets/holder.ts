import { posix } from 'node:path';
import { type ContainerDetails, type ContainerEvent, type Engine, isEngineError, type MountConfig } from '../../engine/index.js';
import { LABEL } from '../record/index.js';
import { runTool, type SandboxImage } from '../sandbox/index.js';

/** Where the holder mounts the memory that it keeps. */
const ROOT = '/s';
const HOLDER = 'secrets';
const NOBODY = '65535:65535';
/** Of the container that keeps a node's secret files. */
export function holderName(node: string): string {
  return `interlink_${HOLDER}_${node}`;
}

/** Of the volume that it keeps them in. */
export function holderVolume(node: string): string {
  return `k8s_${node}_${HOLDER}`;
}

/** Last entry of a pod's archive: where it is, the files are whole. */
export const COMPLETE = '.complete';
/** Removing a pod's files takes a container's start; an engine that needs longer is away. */
const LONGEST_REMOVAL_MS = 60_000;

interface HolderRooms {
  readonly engine: Engine;
  /** Name of the virtual node. */
  readonly node: string;
  readonly sandboxImage: SandboxImage;
}

/**
 * Secret files of this node's pods, in memory: a volume of tmpfs that one running container keeps from being emptied. Pods
 * get their own directory of it, bound read-only; none sees the root. It is empty again whenever that container has ended.
 */
export class SecretsHolder {
  private readonly name: string;
  private readonly volume: string;
  /** Id of the running holder, where it is known to run. */
  private running: Promise<string> | undefined;
  /** Pods whose files are known to be whole, or are being written. */
  private readonly filled = new Map<string, Promise<void>>();
  /** Pods that have files here, or will. */
  private readonly users = new Set<string>();
  private mayExist = true;

  constructor(private readonly rooms: HolderRooms) {
    this.name = holderName(rooms.node);
    this.volume = holderVolume(rooms.node);
  }

  /** From now on the holder is kept for this pod. */
  use(podUid: string): void {
    this.users.add(podUid);
  }

  /** Directory of a pod's files on the engine's host. */
  async directoryOf(podUid: string): Promise<string> {
    await this.ensureRunning();
    return posix.join((await this.rooms.engine.inspectVolume(this.volume)).Mountpoint, podUid);
  }

  /** Writes a pod's files. @param tar of a directory by the pod's UID, `COMPLETE` in it as its last entry */
  async put(tar: Buffer, signal?: AbortSignal): Promise<void> {
    await this.rooms.engine.putArchive(await this.ensureRunning(), ROOT, tar, signal);
  }

  /** Sees to it that a pod's files are there, once for all of its containers. @param toTar see `put` */
  async ensureFilled(podUid: string, toTar: () => Promise<Buffer>): Promise<void> {
    const holder = await this.ensureRunning();
    const filling = this.filled.get(podUid) ?? this.fillWhereEmpty(podUid, holder, toTar);
    this.filled.set(podUid, filling);
    try {
      await filling;
    } catch (error) {
      if (this.filled.get(podUid) === filling) this.filled.delete(podUid);
      throw error;
    }
  }

  /** Removes a pod's files, where there are any; success when there are none. */
  async remove(podUid: string): Promise<void> {
    this.filled.delete(podUid);
    const holder = await this.find();
    if (holder?.State.Status === 'running' && (await this.isThere(holder.Id, posix.join(ROOT, podUid)))) {
      const { engine, node, sandboxImage } = this.rooms;
      const run = { command: ['rm', posix.join(ROOT, podUid)], mounts: [this.mount()], capabilities: ['DAC_OVERRIDE', 'FOWNER'] };
      await runTool(run, { engine, node, image: sandboxImage.name }, AbortSignal.timeout(LONGEST_REMOVAL_MS));
    }
    this.users.delete(podUid);
  }

  /** Ends the holder where no pod needs it. */
  async endUnused(): Promise<void> {
    if (this.users.size > 0) return;
    const holder = await this.find();
    // A pod may have come meanwhile; one that comes later finds no holder, and makes one.
    if (holder === undefined || this.users.size > 0) return;
    this.forget();
    await this.rooms.engine.removeContainer(holder.Id);
    await this.rooms.engine.removeVolume(this.volume);
  }

  /** Follows the life of the holder: what ended has lost its files. */
  handle({ action, attributes }: ContainerEvent): void {
    if (attributes['name'] === this.name && (action === 'die' || action === 'destroy')) this.forget();
  }

  /** What is known of the holder may be wrong: it is looked at again before its next use. */
  forget(): void {
    this.running = undefined;
    this.filled.clear();
    this.mayExist = true;
  }

  private async fillWhereEmpty(podUid: string, holder: string, toTar: () => Promise<Buffer>): Promise<void> {
    if (await this.isThere(holder, posix.join(ROOT, podUid, COMPLETE))) return;
    await this.rooms.engine.putArchive(holder, ROOT, await toTar());
  }

  private ensureRunning(): Promise<string> {
    const running = this.running ?? this.start();
    this.running = running;
    running.catch(() => {
      if (this.running === running) this.running = undefined;
    });
    return running;
  }

  private async start(): Promise<string> {
    this.mayExist = true;
    const holder = await this.find();
    const id = holder?.Id ?? (await this.create());
    this.mayExist = true;
    if (holder?.State.Status !== 'running') await this.rooms.engine.startContainer(id);
    return id;
  }

  private async create(): Promise<string> {
    const { engine, node, sandboxImage } = this.rooms;
    await sandboxImage.ensure();
    return engine.createContainer(this.name, {
      Image: sandboxImage.name,
      Cmd: ['pause'],
      User: NOBODY,
      Labels: { [LABEL.node]: node, [LABEL.type]: HOLDER },
      HostConfig: { NetworkMode: 'none', RestartPolicy: { Name: 'no' }, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'], Mounts: [this.mount()] },
    });
  }

  private mount(): MountConfig {
    const DriverConfig = { Name: 'local', Options: { type: 'tmpfs', device: 'tmpfs', o: 'mode=0711,nosuid,nodev,noexec' } };
    return { Type: 'volume', Source: this.volume, Target: ROOT, VolumeOptions: { NoCopy: true, Labels: { [LABEL.node]: this.rooms.node }, DriverConfig } };
  }

  /** Nodes that never had a holder are not asked for it at every pod's end. */
  private async find(): Promise<ContainerDetails | undefined> {
    if (!this.mayExist) return undefined;
    try {
      return await this.rooms.engine.inspectContainer(this.name);
    } catch (error) {
      if (!isEngineError(error, 'NotFound')) throw error;
      this.mayExist = false;
      return undefined;
    }
  }

  private async isThere(holder: string, path: string): Promise<boolean> {
    try {
      await this.rooms.engine.statPath(holder, path);
      return true;
    } catch (error) {
      if (!isEngineError(error, 'NotFound')) throw error;
      return false;
    }
  }
}
