import type { ContainerDetails, ContainerEvent, ContainerSummary, Engine } from '../../engine/index.js';
import { isEngineError } from '../../engine/index.js';
import { LABEL, type ObservedContainer, type ObservedPod, SANDBOX } from '../record/index.js';
import { type NewContainer, toNewDetails } from './new-container.js';
import { type Observation, toObservation } from './observe.js';
import { EngineRuns } from './engine-runs.js';
import { OutsideEnds } from './outside-ends.js';

/** Inspections that run at once during a relist. */
const PARALLEL_INSPECTS = 16;

interface Entry extends Observation {
  /** Order in which the inspection behind it was begun: a later one is at least as new, whichever answers first. */
  readonly sequence: number;
}

export interface CacheListener {
  /** The picture of this pod has changed. */
  changed(podUid: string): void;
  /** An attempt ended by a signal that nobody here sent. */
  endedFromOutside(containerId: string, signal: number): void;
  /** A container was inspected. */
  inspected(details: ContainerDetails): void;
  /** A container is gone from the engine. */
  gone(containerId: string): void;
}

/** Name by digest of a container's image, by the image's id and the reference that the container was made with. */
export type RepoDigestOf = (imageId: string, reference: string) => Promise<string | undefined>;

/** What a container that has ended left as its last words; empty where there are none. */
export type EndMessageOf = (details: ContainerDetails) => Promise<string>;

/**
 * The picture of every pod, fed by events and inspections. Reading it never calls the engine.
 * Events say which container to look at; what is true of it, an inspection tells.
 */
export class PodCache {
  private readonly entries = new Map<string, Entry>();
  private readonly containersOf = new Map<string, Set<string>>();
  private readonly pods = new Map<string, ObservedPod>();
  /** Sequence of the last known disappearance, so that a late inspection does not bring a container back. */
  private readonly removed = new Map<string, number>();
  /** Creates under way. */
  private making = 0;
  /** Containers whose start call is under way: its own answer tells whether it failed, not what is seen in between. */
  private readonly starting = new Set<string>();
  private sequence = 0;
  readonly outside = new OutsideEnds();
  private readonly runs: EngineRuns;

  constructor(
    private readonly engine: Engine,
    private readonly node: string,
    private readonly listener: CacheListener,
    private readonly repoDigestOf: RepoDigestOf,
    private readonly endMessageOf: EndMessageOf,
  ) {
    this.runs = new EngineRuns(engine);
  }

  /** Last observation; never calls the engine. `undefined`: nothing of this pod is on the engine. */
  get(podUid: string): ObservedPod | undefined {
    return this.pods.get(podUid);
  }

  /** Pods of which something is on the engine. */
  get uids(): Iterable<string> {
    return this.pods.keys();
  }

  /** Looks at one container now. @returns what was seen; `undefined` when it is gone */
  async refresh(containerId: string): Promise<ObservedContainer | undefined> {
    const sequence = ++this.sequence;
    try {
      const details = await this.inspect(containerId);
      // The end of a container is not seen before its message is known: once told, it is final.
      const [repoDigest, terminationMessage] = await Promise.all([this.repoDigestFor(details), this.endMessageOf(details)]);
      this.apply(details, sequence, { ...(repoDigest !== undefined && { repoDigest }), ...(terminationMessage !== '' && { terminationMessage }) });
    } catch (error) {
      if (!isEngineError(error, 'NotFound')) throw error;
      this.remove(containerId, sequence);
    }
    return this.entries.get(containerId)?.container;
  }

  /**
   * That a container is gone has its program started again beside it, were it not so: of one that the picture has, and whose removal
   * no event has told, it has to be said twice.
   */
  private async inspect(containerId: string): Promise<ContainerDetails> {
    try {
      return await this.engine.inspectContainer(containerId);
    } catch (error) {
      if (!isEngineError(error, 'NotFound') || !this.entries.has(containerId)) throw error;
      return this.engine.inspectContainer(containerId);
    }
  }

  /** Runs a start; until it has ended, the container counts as not started yet, whatever inspections say of its failure. */
  async whileStarting(containerId: string, start: () => Promise<void>): Promise<void> {
    this.starting.add(containerId);
    try {
      await start();
    } finally {
      this.starting.delete(containerId);
    }
  }

  /** Takes in an inspection that was made for another reason. */
  observe(details: ContainerDetails): void {
    this.apply(details, ++this.sequence);
  }

  /**
   * Makes a container. That it is there, and has not started, the engine's answer tells: nothing has to be looked at, and whatever
   * was seen or told since the call began is newer. What only the engine knows of it, the look that its event calls for brings.
   * @returns its id
   */
  async whileMaking(made: Omit<NewContainer, 'id'>, create: () => Promise<string>): Promise<string> {
    this.making++;
    try {
      const id = await create();
      // As of now, or a list made before it and answered later would take it away again.
      if (!this.entries.has(id) && !this.removed.has(id)) this.apply(toNewDetails({ ...made, id }), ++this.sequence);
      return id;
    } finally {
      this.making--;
    }
  }

  /** What an event calls for; a rejected inspection is the feed's to report. */
  async handle(event: ContainerEvent): Promise<void> {
    const known = this.entries.get(event.containerId);
    if (event.action === 'kill') {
      if (known !== undefined) this.outside.killed(event, known.stopSignal);
      return;
    }
    if (event.action === 'destroy') return this.remove(event.containerId, ++this.sequence);
    if (event.action === 'die' && known !== undefined) {
      const signal = this.outside.died(event, known.stopTimeoutSeconds);
      if (signal !== undefined) this.listener.endedFromOutside(event.containerId, signal);
    }
    await this.refresh(event.containerId);
  }

  /** Before events are listened to again: an engine that was killed tells of what it stops at its next start, but not of all. */
  async reopening(): Promise<void> {
    const began = await this.runs.begunAgain();
    if (began === undefined) return;
    const running = [...this.entries].filter(([, { container }]) => container.state === 'running' || container.state === 'paused');
    const longest = Math.max(...running.map(([, { stopTimeoutSeconds }]) => stopTimeoutSeconds));
    for (const [id] of running) this.outside.leftRunningUntil(began, id, longest);
  }

  /**
   * Lists and inspects everything of this node; mends what missed events left wrong.
   * @param onlyDiffering inspect only what is not in the state that the picture has it in
   */
  async relist(onlyDiffering: boolean): Promise<void> {
    const sequence = ++this.sequence;
    const listed = await this.engine.listContainers([`${LABEL.node}=${this.node}`]);
    const ids = new Set(listed.map((row) => row.Id));
    for (const [id, entry] of this.entries) {
      if (!ids.has(id) && entry.sequence < sequence) this.remove(id, sequence);
    }
    await this.inspectAll(listed.filter((row) => !onlyDiffering || this.differs(row)));
    // What is being made may have been removed already: its create has to find that.
    if (this.making === 0) for (const [id, at] of this.removed) if (at < sequence) this.removed.delete(id);
  }

  private async inspectAll(rows: readonly ContainerSummary[]): Promise<void> {
    const queue = rows.map((row) => row.Id);
    const work = async (): Promise<void> => {
      for (let id = queue.pop(); id !== undefined; id = queue.pop()) await this.refresh(id);
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL_INSPECTS, queue.length) }, work));
  }

  private differs(row: ContainerSummary): boolean {
    const known = this.entries.get(row.Id)?.container;
    return known?.state !== row.State || !row.Names.includes(`/${known.engineName}`);
  }

  /** Asked for once a container: what it was made of does not change. A status must not need the engine. */
  private async repoDigestFor({ Id, Image, Config }: ContainerDetails): Promise<string | undefined> {
    const known = this.entries.get(Id);
    if (known !== undefined || Config.Labels?.[LABEL.type] !== 'container') return known?.container.repoDigest;
    return this.repoDigestOf(Image, Config.Image);
  }

  private apply(details: ContainerDetails, sequence: number, facts: Pick<ObservedContainer, 'repoDigest' | 'terminationMessage'> = {}): void {
    const known = this.entries.get(details.Id);
    if ((known?.sequence ?? this.removed.get(details.Id) ?? -1) > sequence) return;
    this.noteUnseenEnd(details);
    const observation = toObservation(details, known?.container, this.outside.signalOf(details.Id), this.starting.has(details.Id));
    if (observation === undefined || details.Config.Labels?.[LABEL.node] !== this.node) return;
    this.listener.inspected(details);
    const repoDigest = facts.repoDigest ?? known?.container.repoDigest;
    const { finishedAt } = observation.container;
    const isUnhealthy = finishedAt !== undefined && this.outside.isUnhealthy(details.Id, new Date(finishedAt));
    const container = { ...observation.container, ...facts, ...(repoDigest !== undefined && { repoDigest }), ...(isUnhealthy && { unhealthy: true as const }) };
    this.entries.set(details.Id, { ...observation, container, sequence });
    const siblings = this.containersOf.get(observation.podUid) ?? new Set();
    this.containersOf.set(observation.podUid, siblings.add(details.Id));
    this.picture(observation.podUid);
  }

  private noteUnseenEnd({ Id, State }: ContainerDetails): void {
    const signal = this.outside.seen(Id, State.ExitCode, State.Status === 'exited' ? new Date(State.FinishedAt) : undefined);
    if (signal !== undefined) this.listener.endedFromOutside(Id, signal);
  }

  private remove(containerId: string, sequence: number): void {
    const known = this.entries.get(containerId);
    this.removed.set(containerId, sequence);
    if (known === undefined || known.sequence > sequence) return;
    this.entries.delete(containerId);
    this.outside.forget(containerId);
    this.containersOf.get(known.podUid)?.delete(containerId);
    this.listener.gone(containerId);
    this.picture(known.podUid);
  }

  private picture(podUid: string): void {
    const all = [...(this.containersOf.get(podUid) ?? [])].flatMap((id) => this.entries.get(id)?.container ?? []);
    if (all.length === 0) {
      this.pods.delete(podUid);
      this.containersOf.delete(podUid);
    } else {
      this.pods.set(podUid, toObservedPod(podUid, all));
    }
    this.listener.changed(podUid);
  }
}

function toObservedPod(uid: string, all: readonly ObservedContainer[]): ObservedPod {
  // Beside a sandbox marked for deletion there can be none of the same pod; the newest wins where an operator made one.
  const sandbox = all.filter((container) => container.name === SANDBOX).sort((a, b) => a.createdAt.localeCompare(b.createdAt)).at(-1);
  const containers = new Map<string, ObservedContainer[]>();
  for (const container of all) {
    if (container.name !== SANDBOX) containers.set(container.name, [...(containers.get(container.name) ?? []), container]);
  }
  for (const attempts of containers.values()) attempts.sort((a, b) => a.attempt - b.attempt);
  return { uid, containers, ...(sandbox !== undefined && { sandbox }) };
}
