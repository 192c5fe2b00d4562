import type { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { makeStamp, PluginCaller, PluginUnreachable, toCreateBody, type PodFile } from '../caller/index.js';
import { type Clock, systemClock } from '../clock.js';
import type { Container, PodSpec } from '../kube/index.js';
import type { ConformanceOptions } from './options.js';
import { toShell, type Program } from './program.js';
import { StagedPod } from './staged-pod.js';
import { RuleFailed, RuleSkipped, shown } from './verdicts.js';

const DEFAULT_IMAGE = 'busybox:1.36';
const DEFAULT_POD_TIMEOUT_MS = 60_000;
const DEFAULT_POLL_MS = 250;
const AWAY = 503;
/** Answers to a delete after which there is no pod. */
const GONE = [404, 410];
/** What the Pod Security Standard `restricted` asks of a pod, and of a container. */
const RESTRICTED_POD: NonNullable<PodSpec['securityContext']> = { runAsNonRoot: true, runAsUser: 65_534, seccompProfile: { type: 'RuntimeDefault' } };
const RESTRICTED_CONTAINER: NonNullable<Container['securityContext']> = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

/** Answer of a call, whatever its status. */
export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** What a pod of the kit is made of. */
export interface PodPlan {
  readonly containers: Readonly<Record<string, Program>>;
  readonly inits?: Readonly<Record<string, Program>>;
  readonly spec?: Partial<PodSpec>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** More of each container. */
  readonly container?: Partial<Container>;
}

/** Where rules are tried: a plugin, pods, and time. */
export class Stage {
  private readonly caller: PluginCaller;
  private readonly clock: Clock;
  private readonly pods: StagedPod[] = [];
  private readonly scenes = new Map<string, Promise<unknown>>();
  private isRestricted = false;

  constructor(
    private readonly options: ConformanceOptions,
    private readonly signal: AbortSignal,
  ) {
    this.caller = new PluginCaller(options.url, options.tls);
    this.clock = options.clock ?? systemClock;
  }

  get largeBodyBytes(): number | undefined {
    return this.options.largeBodyBytes;
  }

  /** A pod that the plugin has not heard of. */
  plan({ containers, inits = {}, spec = {}, annotations = {}, container = {} }: PodPlan): StagedPod {
    const list = (programs: Readonly<Record<string, Program>>): Container[] => Object.entries(programs).map(([name, program]) => ({ ...this.toContainer(name, program), ...container }));
    const initContainers = [...list(inits), ...(spec.initContainers ?? [])];
    const stamp = makeStamp(this.clock.now());
    const file: PodFile = {
      pod: {
        metadata: { name: `conformance-${stamp.suffix}`, namespace: this.options.namespace ?? 'default', annotations },
        spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, automountServiceAccountToken: false, ...(this.isRestricted && { securityContext: RESTRICTED_POD }), ...spec, ...(initContainers.length > 0 && { initContainers }), containers: list(containers) },
      },
      configMaps: [],
      secrets: [],
    };
    const pod = new StagedPod(this, toCreateBody(file, stamp, 'nobody'));
    this.pods.push(pod);
    return pod;
  }

  /** A pod that the plugin has taken on. @throws RuleFailed where it has not */
  async take(plan: PodPlan): Promise<StagedPod> {
    const pod = this.plan(plan);
    const { status, text } = await pod.create();
    if (status < 200 || status >= 300) throw new RuleFailed('a pod like this is taken on', `HTTP ${status} ${shown(text)}`);
    return pod;
  }

  /** The same for what a plugin may refuse. @throws RuleSkipped where it does */
  async takeIfCan(plan: PodPlan, what: string): Promise<StagedPod> {
    const pod = this.plan(plan);
    const { status, text } = await pod.create();
    if (status >= 400 && status < 500) throw new RuleSkipped(`the plugin refuses pods with ${what}: HTTP ${status} ${shown(text)}`);
    if (status < 200 || status >= 300) throw new RuleFailed(`pods with ${what} are taken on, or refused with 4xx`, `HTTP ${status} ${shown(text)}`);
    return pod;
  }

  /** What several rules look at is played once. */
  scene<Result>(name: string, play: () => Promise<Result>): Promise<Result> {
    const known = (this.scenes.get(name) as Promise<Result> | undefined) ?? play();
    this.scenes.set(name, known);
    return known;
  }

  /**
   * Waits for a plugin that has just been started, as long as nobody listens, or its backend is away (503). One that forbids (403) a pod
   * without a security context is given restricted ones from here on; others never, as many backends refuse what they do not have.
   */
  async begin(): Promise<void> {
    await this.untilAwake();
    const { status } = await this.plan({ containers: { main: [{ exit: 0 }] } }).create();
    this.isRestricted = status === 403;
  }

  private async untilAwake(): Promise<void> {
    await this.until(async () => {
      const { status } = await this.send('GET', '/status', []).catch((error: unknown) => {
        if (error instanceof PluginUnreachable) return { status: AWAY };
        throw error;
      });
      return status === AWAY ? undefined : true;
    });
  }

  send(method: 'GET' | 'POST', path: string, body: unknown, contentType?: string | null): Promise<Reply> {
    return this.caller.send({ method, path, body, ...(contentType !== undefined && { contentType }) }, this.signal);
  }

  /** A log as it comes. @throws PluginRefused for an answer that is not 200 */
  openLog(body: Parameters<PluginCaller['getLogs']>[0]): Promise<Readable> {
    return this.caller.getLogs(body, this.signal);
  }

  /** Looks again and again until `look` gives something. @returns `undefined` when the time for that is over */
  async until<Result>(look: () => Promise<Result | undefined>): Promise<Result | undefined> {
    const deadline = this.clock.now().getTime() + (this.options.podTimeoutMs ?? DEFAULT_POD_TIMEOUT_MS);
    for (;;) {
      const result = await look();
      if (result !== undefined || this.clock.now().getTime() >= deadline) return result;
      await this.pause();
    }
  }

  /** What `promise` gives within the time for a pod. @throws RuleFailed when that is over; what the promise throws */
  async within<Result>(promise: Promise<Result>, expected: string): Promise<Result> {
    const settled: { by?: Promise<Result> } = {};
    const settle = (): void => void (settled.by = promise);
    promise.then(settle, settle);
    const by = await this.until(() => Promise.resolve(settled.by === undefined ? undefined : ([settled.by] as const)));
    if (by === undefined) throw new RuleFailed(expected, 'nothing, until the time for it was over');
    return by[0];
  }

  /** Reads a stream to its end, within the time for a pod. */
  async readAll(stream: Readable, expected: string): Promise<string> {
    try {
      return await this.within(textOf(stream), expected);
    } finally {
      stream.destroy();
    }
  }

  now(): Date {
    return this.clock.now();
  }

  /** The time between two looks. */
  pause(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.signal.throwIfAborted();
      const leave = (): void => {
        callOff();
        reject(this.signal.reason as Error);
      };
      const callOff = this.clock.at(new Date(this.clock.now().getTime() + (this.options.pollMs ?? DEFAULT_POLL_MS)), () => {
        this.signal.removeEventListener('abort', leave);
        resolve();
      });
      this.signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Has every pod deleted, whatever became of it. @returns UIDs of those taken on whose delete failed */
  async clear(): Promise<readonly string[]> {
    const last = new PluginCaller(this.options.url, this.options.tls);
    const left = this.pods.splice(0).filter(({ isAsked }) => isAsked).map(async ({ uid, isTaken, deleteBody }) => {
      const signal = AbortSignal.timeout(this.options.podTimeoutMs ?? DEFAULT_POD_TIMEOUT_MS);
      const isGone = await last.send({ method: 'POST', path: '/delete', body: deleteBody }, signal).then(({ status }) => status < 300 || GONE.includes(status), () => false);
      return isTaken && !isGone ? [uid] : [];
    });
    return (await Promise.all(left)).flat();
  }

  private toContainer(name: string, program: Program): Container {
    const { image = DEFAULT_IMAGE, toContainer = (one: Program) => ({ command: ['sh', '-c', toShell(one)] }) } = this.options;
    return { name, image, imagePullPolicy: 'IfNotPresent', ...(this.isRestricted && { securityContext: RESTRICTED_CONTAINER }), ...toContainer(program) };
  }
}
