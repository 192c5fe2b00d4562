import { type Circumstances, type PodAction, rememberEnded } from '../../../../src/docker/decide/index.js';
import type { ObservedContainer, ObservedPod } from '../../../../src/docker/record/index.js';
import { sharesNamespaces, type Pod } from '../../../../src/kube/index.js';
import { at, container, known, observed } from './build.js';
import type { Random } from '../../../support/random.js';

/** What an attempt does. */
export interface Run {
  readonly exitCode: number;
  readonly seconds: number;
  readonly failsToStart?: boolean;
  /** Exits 0 when it is asked to stop. */
  readonly trapsTerm?: boolean;
}

/** Runs by attempt; the last one is repeated. */
export type Programs = ReadonlyMap<string, readonly Run[]>;

export interface Started {
  readonly container: string;
  readonly attempt: number;
  readonly backOffMs: number;
  readonly second: number;
  /** Serial number of the sandbox's run. */
  readonly era: number;
}

/** An engine, a network of registries and a plugin's memory for one pod, with a clock of its own. Refuses what the real engine refuses. */
export class SimulatedEngine {
  second = 0;
  era = 0;
  isRemoved = false;
  readonly started: Started[] = [];
  private readonly ended: { readonly container: string; readonly exitCode: number; readonly second: number }[] = [];
  private sandbox: ObservedContainer | undefined = container('POD', { id: 'sandbox-0' });
  private containers: ObservedContainer[] = [];
  private readonly endsAt = new Map<string, number>();
  private readonly pullsEndAt = new Map<string, number>();
  private memory = new Map<string, ObservedContainer>();
  private images: Record<string, { kind: 'pulling' } | { kind: 'present' }> = {};
  private backOffMs: Record<string, number> = {};
  private last: ObservedPod | undefined;
  private serial = 0;

  constructor(
    private readonly pod: Pod,
    private readonly programs: Programs,
    private readonly random: Random,
  ) {}

  observe(): { seen: ObservedPod; circumstances: Circumstances } {
    const seen = observed(this.sandbox, ...this.containers);
    this.memory = new Map(rememberEnded(this.memory, this.last, seen, at(this.second)));
    this.last = seen;
    return { seen, circumstances: { ...known({ images: this.images, backOffMs: this.backOffMs }), ended: this.memory } };
  }

  /** Goes to the next thing that happens by itself, or to `until`. @returns false when nothing ever does */
  advance(until: Date | undefined): boolean {
    const times = [...this.endsAt.values(), ...this.pullsEndAt.values()];
    if (until !== undefined) times.push((until.getTime() - at(0).getTime()) / 1000);
    const next = Math.min(...times);
    if (!Number.isFinite(next)) return false;
    this.second = Math.max(this.second, next);
    for (const [id, end] of this.endsAt) if (end <= this.second) this.end(id, this.runOf(id).exitCode);
    for (const [name, end] of this.pullsEndAt) if (end <= this.second) this.pulled(name);
    return true;
  }

  apply(action: PodAction): void {
    this.second += 0.01;
    switch (action.kind) {
      case 'createSandbox':
        if (this.sandbox !== undefined) throw new Error('a sandbox that exists is made');
        this.sandbox = container('POD', { id: `sandbox-${++this.serial}`, createdAt: this.now() });
        return;
      case 'startSandbox':
        return this.startSandbox();
      case 'prepareImage':
        this.images[action.container] = { kind: 'pulling' };
        this.pullsEndAt.set(action.container, this.second + this.random.whole(3));
        return;
      case 'startContainer':
        return this.start(action);
      case 'stopContainer':
        return this.stop(action.containerId);
      case 'removeContainer':
        if (this.containers.some(({ id, state }) => id === action.containerId && state === 'running')) throw new Error('what runs is removed');
        this.containers = this.containers.filter(({ id }) => id !== action.containerId);
        return;
      case 'removePod':
        this.isRemoved = true;
        return;
      case 'wait':
        throw new Error('a wait is not carried out');
    }
  }

  /** `docker system prune`. */
  prune(): void {
    if (this.sandbox?.state !== 'running') this.sandbox = undefined;
    this.containers = this.containers.filter(({ state }) => state === 'running');
  }

  killSandbox(): void {
    if (this.sandbox?.state === 'running') this.sandbox = { ...this.sandbox, state: 'exited', exitCode: 137, finishedAt: this.now() };
    this.second += 0.01;
  }

  /** The plugin starts again, with nothing in memory. */
  forget(): void {
    this.memory = new Map();
    this.last = undefined;
    this.images = {};
    this.backOffMs = {};
    this.pullsEndAt.clear();
  }

  /** Attempts that ended with this code by themselves. */
  endedWith(exitCode: number): readonly { readonly container: string; readonly second: number }[] {
    return this.ended.filter((end) => end.exitCode === exitCode);
  }

  running(): readonly ObservedContainer[] {
    return this.containers.filter(({ state }) => state === 'running');
  }

  private startSandbox(): void {
    if (this.sandbox === undefined || this.sandbox.state === 'running') throw new Error('no sandbox to start');
    this.sandbox = { ...this.sandbox, state: 'running', startedAt: this.now() };
    this.era++;
  }

  private start({ container: name, attempt, backOffMs, era }: PodAction & { kind: 'startContainer' }): void {
    if (this.images[name]?.kind !== 'present') throw new Error(`${name} is started without an image`);
    if (this.sandbox === undefined || (sharesNamespaces(this.pod) && this.sandbox.state !== 'running')) throw new Error(`${name} cannot join its sandbox`);
    if (this.containers.some((other) => other.name === name && other.attempt === attempt)) throw new Error(`${name} ${attempt} is taken`);
    const run = this.run(name, attempt);
    const made = container(name, { id: `${name}-${++this.serial}`, attempt, createdAt: this.now(), sandboxId: this.sandbox.id, ...(era !== undefined && { era }) });
    this.containers.push(run.failsToStart ? { ...made, error: 'no such file', exitCode: run.exitCode } : { ...made, state: 'running', startedAt: this.now() });
    if (!run.failsToStart) this.endsAt.set(made.id, this.second + run.seconds);
    this.started.push({ container: name, attempt, backOffMs, second: this.second, era: this.era });
    this.backOffMs[name] = backOffMs;
    delete this.images[name];
  }

  private stop(id: string): void {
    if (this.sandbox?.id === id) this.sandbox = { ...this.sandbox, state: 'exited', exitCode: 137, finishedAt: this.now() };
    else this.end(id, this.runOf(id).trapsTerm ? 0 : 137);
  }

  private end(id: string, exitCode: number): void {
    this.endsAt.delete(id);
    const container = this.containers.find((one) => one.id === id)?.name;
    if (container !== undefined) this.ended.push({ container, exitCode, second: this.second });
    this.containers = this.containers.map((one) => (one.id === id ? { ...one, state: 'exited', exitCode, finishedAt: this.now() } : one));
  }

  private pulled(name: string): void {
    this.pullsEndAt.delete(name);
    this.images[name] = { kind: 'present' };
  }

  private runOf(id: string): Run {
    const found = this.containers.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no container ${id}`);
    return this.run(found.name, found.attempt);
  }

  private run(name: string, attempt: number): Run {
    const runs = this.programs.get(name) ?? [];
    const run = runs[Math.min(attempt, runs.length - 1)];
    if (run === undefined) throw new Error(`no program for ${name}`);
    return run;
  }

  private now(): string {
    return at(this.second).toISOString();
  }
}
