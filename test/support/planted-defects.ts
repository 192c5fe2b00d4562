import { setImmediate as turn } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { ContainerStart, StartedContainer } from '../../src/containers/index.js';
import { ProviderError } from '../../src/errors.js';
import { MemoryProvider, type VirtualClock } from '../../src/fakes/index.js';
import { expandVariables, type ContainerStatus, type Pod } from '../../src/kube/index.js';
import type { CallContext, CreatedPod, CreateRequest, LogRequest, PodStatus } from '../../src/provider/index.js';
import { lostContainers } from '../../src/wire/index.js';
import type { Front } from './memory-plugin.js';

/** What a plugin does wrong: in its provider, or in what stands before it. */
export interface Defect {
  readonly provider?: (clock: VirtualClock) => MemoryProvider;
  readonly front?: Front;
}

/** For each rule a plugin that breaks that one, and no other. */
export const DEFECTS: Readonly<Record<string, Defect>> = {
  'ping-answer': json('GET', '/status', (answer) => (Array.isArray(answer) ? answer : undefined)),
  'ping-resources': json('GET', '/status', (answer) => (Array.isArray(answer) ? answer : { status: 'ok', resources: { cpu: 4, memory: '1Gi', pods: '1' } })),
  'create-200': code('/create', 200, 202),
  'create-object': json('POST', '/create', (answer) => (Array.isArray(answer) ? answer : { ...(answer as object), PodUID: undefined })),
  'create-array': json('POST', '/create', (answer) => (Array.isArray(answer) ? (answer[0] as unknown) : answer)),
  'create-again': created(async (request, create, self) => {
    const answer = await create(request);
    if (self.asked.has(answer.uid)) throw new ProviderError('Conflict', 'it is there already');
    return answer;
  }),
  'create-parallel': created(async (request, create, self) => {
    self.underWay += 1;
    const job = self.underWay;
    for (let turns = 0; turns < TURNS && self.underWay < 2; turns += 1) await turn();
    const { uid } = await create(request);
    self.underWay -= 1;
    return { uid, jobId: job > 1 ? `${uid}-${job}` : uid };
  }),
  'create-env': started((start, run) => {
    const values = new Map((start.container.env ?? []).map(({ name, value = '' }) => [name, value]));
    return run({ ...start, container: { ...start.container, env: (start.container.env ?? []).map(({ name, value = '' }) => ({ name, value: expandVariables(value, values) })) } });
  }),
  'create-args': started((start, run) => run({ ...start, container: { ...start.container, command: start.pod.spec.containers.find(({ name }) => name === start.container.name)?.command ?? start.container.command ?? [] } })),
  'body-nulls': body('/create', (sent) => (JSON.stringify(sent).includes('"labels":null') ? undefined : sent)),
  'body-unknown-fields': body('/create', (sent) => (JSON.stringify(sent).includes('conformanceField') ? undefined : sent)),
  'body-malformed': code('/delete', 400, 500),
  'body-malformed-text': { front: (_request, response, app) => {
    const send = response as unknown as { send: (text: unknown) => unknown };
    send.send = function (this: typeof response, answer: unknown) {
      return (Object.getPrototypeOf(this) as typeof send).send.call(this, this.statusCode === 400 ? 'bad request' : answer);
    };
    app();
  } },
  'body-too-large': code('/create', 413, 500),
  'body-without-type': refusing((request) => request.headers['content-type'] === undefined),
  'body-post-status': refusing(({ method, url }) => method === 'POST' && url === '/status'),
  'status-entry': json('GET', '/status', (answer) => (Array.isArray(answer) ? answer.map((one: object) => ({ ...one, JID: 'another' })) : answer)),
  'status-every-container': told((status, self) => (isApart(status) && self.count(status.uid) === 2 ? { ...status, containers: status.containers.filter(({ name }) => name !== 'bad') } : status)),
  'status-one-state': told((status) => inContainer(status, 'good', (one) => (one.state?.running ? { ...one, state: { ...one.state, waiting: { reason: 'Both' } } } : one))),
  'status-forward': told((status, self) => (isApart(status) && self.count(status.uid) === 2 ? inContainer(status, 'good', (one) => ({ ...one, state: { waiting: { reason: 'Back' } } })) : status)),
  'status-running': told((status, self) => self.keptFrom(status, isApart, () => inContainer(status, 'good', (one) => ({ ...one, state: { terminated: { exitCode: 0, startedAt: '2026-01-01T00:00:00Z', finishedAt: '2026-01-01T00:00:01Z' } } })))),
  'status-final': told((status, self) => inContainer(status, 'good', (one) => withEnd(one, { finishedAt: self.time }))),
  'status-exit-code': told((status) => inContainer(status, 'bad', (one) => withEnd(one, { exitCode: 1 }))),
  'status-times': told((status) => inContainer(status, 'good', (one) => withEnd(one, { finishedAt: 'yesterday' }))),
  'status-finished-at': told((status) => inContainer(status, 'good', (one) => withEnd(one, { startedAt: undefined }))),
  'status-whole': told((status) => inContainer(status, 'good', ({ imageID: _imageID, ...one }) => one as ContainerStatus)),
  'restart-never': told((status) => inContainer(status, 'good', (one) => ({ ...one, restartCount: 1 }))),
  'init-every-container': told((status, self) => (hasInit(status, 'second') && self.count(status.uid) === 2 ? { ...status, initContainers: status.initContainers.filter(({ name }) => name !== 'first') } : status)),
  'init-order': told((status) => (status.initContainers.some(({ state }) => state?.running) ? inContainer(status, 'main', (one) => ({ ...one, state: { running: { startedAt: '2026-01-01T00:00:00Z' } } })) : status)),
  'init-done': told((status) => inContainer(status, 'second', (one) => (status.initContainers[0]?.state?.terminated?.exitCode === 0 ? withEnd(one, { exitCode: 2 }) : one))),
  'init-failed': told((status) => (status.initContainers[0]?.state?.terminated?.exitCode === 5 ? inContainer(status, 'main', (one) => withEnd(one, { exitCode: 0 })) : status)),
  'init-sidecar': created((request, create) => {
    const { initContainers, ...spec } = request.pod.spec;
    return create({ ...request, pod: { ...request.pod, spec: { ...spec, ...(initContainers && { initContainers: initContainers.map(({ restartPolicy: _policy, ...one }) => one) }) } } });
  }),
  'restart-not-final': told((status) => inContainer(status, 'main', (one) => (one.state?.waiting && one.lastState?.terminated ? { ...one, state: one.lastState } : one))),
  'restart-last-state': told((status) => inContainer(status, 'main', (one) => ({ ...one, lastState: {} }))),
  'unknown-pending': asked((pods, status, self) => status(pods).then((known) => [...known, ...pods.filter(({ metadata: { uid } }) => !known.some((one) => one.uid === uid)).map((pod) => self.lost(pod))])),
  'unknown-lost': asked((pods, status, self) => status(pods.filter(({ metadata: { uid } }) => self.here.has(uid)))),
  'unknown-lost-reason': told((status) => ({ ...status, containers: status.containers.map((one) => (one.state?.terminated?.reason === 'ContainerStatusUnknown' ? withEnd(one, { reason: 'Lost', exitCode: 1 }) : one)) })),
  'unknown-in-batch': asked(async (pods, status, self) => {
    if (pods.length > 1 && pods.some(({ metadata: { uid } }) => !self.here.has(uid))) throw new ProviderError('PodNotFound', 'one of them is unknown');
    return status(pods);
  }),
  'log-whole': logged(async (request, log) => {
    const { tailLines, limitBytes, timestamps, since } = request.options;
    const whole = await text(await log(request));
    return Readable.from([tailLines === undefined && limitBytes === undefined && !timestamps && since === undefined && whole.startsWith('one\n') ? 'one\n' : whole]);
  }, { unlessFollowed: true }),
  'log-stderr': started((start, run) => run({ ...start, write: (data) => data.toString() === 'trouble\n' || start.write(data) })),
  'log-default-container': logged((request, log) => log({ ...request, container: request.container ?? 'good' }).catch(() => log(request))),
  'log-of-container': logged((request, log) => log(request.container === 'good' ? { ...request, container: 'bad' } : request)),
  'log-tail': logged(({ options: { tailLines: _tail, ...options }, ...request }, log) => log({ ...request, options })),
  'log-bytes': logged(({ options: { limitBytes: _limit, ...options }, ...request }, log) => log({ ...request, options })),
  'log-timestamps': logged((request, log) => log({ ...request, options: { ...request.options, timestamps: false } })),
  'log-since-time': body('/getLogs', (sent) => without(sent, 'SinceTime')),
  'log-since-seconds': body('/getLogs', (sent) => without(sent, 'SinceSeconds')),
  'log-follow': logged((request, log) => log({ ...request, options: { ...request.options, follow: false } })),
  'log-previous': logged((request, log) => (request.options.previous ? Promise.reject(new ProviderError('PodNotFound', 'there is no attempt before')) : log(request))),
  'log-not-begun': logged(async (request, log, self) => {
    const [status] = await self.real(request.podUid);
    if (status?.containers.some(({ name, state }) => name === request.container && state?.waiting) && !request.options.previous && status.initContainers.length > 0) throw new ProviderError('InvalidPod', 'the container is waiting to start');
    return log(request);
  }),
  'log-unknown': logged((request, log, self) => (self.here.has(request.podUid) ? log(request) : Promise.resolve(Readable.from([])))),
  'log-post': refusing(({ method, url }) => method === 'POST' && url === '/getLogs'),
  'delete-running': deleted(async (pod, remove, self) => {
    const [status] = await self.real(pod.metadata.uid);
    await remove(pod);
    if (status?.containers.some(({ state }) => state?.running)) throw new ProviderError('EngineFailed', 'it is gone all the same');
  }),
  'delete-ended': deleted(async (pod, remove, self) => {
    const [status] = await self.real(pod.metadata.uid);
    await remove(pod);
    if (status?.containers.every(({ state }) => state?.terminated)) throw new ProviderError('EngineFailed', 'it has ended already');
  }),
  'delete-again': deleted(async (pod, remove, self) => {
    const isAgain = self.gone.has(pod.metadata.uid);
    await remove(pod);
    if (isAgain) throw new ProviderError('PodNotFound', `No containers found for UUID ${pod.metadata.uid}`);
  }),
  'delete-unknown': code('/delete', 404, 500),
  'delete-unknown-text': deleted((pod, remove) => remove(pod).catch(() => Promise.reject(new ProviderError('PodNotFound', 'never heard of it')))),
  'delete-then-create': created((request, create, self) => (self.gone.has(request.pod.metadata.uid) && self.here.has(request.pod.metadata.uid) ? accepted(request) : create(request))),
  'delete-then-create-410': created((request, create) => create(request).catch((error: ProviderError) => Promise.reject(error.kind === 'PodDeleted' ? new ProviderError('Conflict', error.message) : error))),
  'delete-before-create': created((request, create, self) => (self.gone.has(request.pod.metadata.uid) && !self.here.has(request.pod.metadata.uid) ? accepted(request) : create(request))),
  'delete-during-create': { provider: (clock) => new Ghosts(clock) },
};

/** What breaks a rule in another way, which looks right from further off. */
export const FINE_DEFECTS: readonly (readonly [rule: string, what: string, defect: Defect])[] = [
  ['create-again', 'starts what has ended once more', doubling((isRunning) => !isRunning)],
  ['create-again', 'leaves the pod out of its answers from then on', { provider: (clock) => new (class extends Doubling {
    override async status(pods: readonly Pod[]) {
      return super.status(pods.filter(({ metadata: { uid } }) => !this.again.has(uid)));
    }
  })(clock, () => false) }],
  ['create-parallel', 'starts what runs once more', doubling((isRunning) => isRunning)],
];

/** A plugin in memory that remembers what it was asked, for defects to go by. */
class Spoilt extends MemoryProvider {
  readonly asked = new Set<string>();
  readonly here = new Set<string>();
  readonly gone = new Set<string>();
  underWay = 0;
  private readonly counts = new Map<string, number>();
  private readonly kept = new Map<string, PodStatus>();

  get time(): string {
    return this.clock.now().toISOString();
  }

  /** How often this was asked of a pod. */
  count(uid: string): number {
    const count = (this.counts.get(uid) ?? 0) + 1;
    this.counts.set(uid, count);
    return count;
  }

  /** From the first time that `when` holds on, what `change` made then. */
  keptFrom(status: PodStatus, when: (status: PodStatus) => boolean, change: () => PodStatus): PodStatus {
    const kept = this.kept.get(status.uid) ?? (when(status) ? change() : undefined);
    if (kept !== undefined) this.kept.set(status.uid, kept);
    return kept ?? status;
  }

  lost(pod: Pod): PodStatus {
    const { name, namespace, uid } = pod.metadata;
    return { name, namespace, uid, jobId: uid, ...lostContainers(pod, this.clock.now()) };
  }

  /** Without a defect. */
  real(uid: string): Promise<readonly PodStatus[]> {
    return super.status([{ metadata: { uid, name: '', namespace: '' }, spec: { containers: [] } }]);
  }

  override async create(request: CreateRequest): Promise<CreatedPod> {
    const answer = await super.create(request);
    this.here.add(answer.uid);
    return answer;
  }

  override async delete(pod: Pod): Promise<void> {
    await super.delete(pod).finally(() => this.gone.add(pod.metadata.uid));
  }

  override async status(pods: readonly Pod[]): Promise<readonly PodStatus[]> {
    for (const { metadata } of pods) this.asked.add(metadata.uid);
    return super.status(pods);
  }
}

/** Each create of a pod that is there may start its containers once more, under the same job. */
class Doubling extends Spoilt {
  /** Created once more when they had ended. */
  readonly again = new Set<string>();
  private readonly starts = new Map<string, ContainerStart>();

  constructor(
    clock: VirtualClock,
    private readonly startsAgain: (isRunning: boolean) => boolean,
  ) {
    super(clock);
  }

  override async create(request: CreateRequest): Promise<CreatedPod> {
    const { uid } = request.pod.metadata;
    const [before] = await this.real(uid);
    const answer = await super.create(request);
    if (before === undefined) return answer;
    const isRunning = before.containers.some(({ state }) => state?.running);
    if (!isRunning) this.again.add(uid);
    const start = this.starts.get(uid);
    if (start !== undefined && this.startsAgain(isRunning)) void super.startContainer(start);
    return answer;
  }

  protected override startContainer(start: ContainerStart) {
    this.starts.set(start.pod.metadata.uid, start);
    return super.startContainer(start);
  }
}

/** Where a delete comes during a create, the pod runs on. */
class Ghosts extends Spoilt {
  private readonly creating = new Set<string>();
  private readonly ghosts = new Set<string>();

  override async create(request: CreateRequest): Promise<CreatedPod> {
    const { uid } = request.pod.metadata;
    if (this.gone.has(uid)) return super.create(request);
    this.creating.add(uid);
    for (let turns = 0; turns < TURNS && !this.ghosts.has(uid); turns += 1) await turn();
    this.creating.delete(uid);
    return this.ghosts.has(uid) ? { uid, jobId: uid } : super.create(request);
  }

  override async delete(pod: Pod): Promise<void> {
    const { uid } = pod.metadata;
    for (let turns = 0; turns < TURNS && !this.creating.has(uid) && !this.here.has(uid); turns += 1) await turn();
    if (this.creating.has(uid)) this.ghosts.add(uid);
    return super.delete(pod);
  }

  override async status(pods: readonly Pod[]): Promise<readonly PodStatus[]> {
    const [ghost, others] = [pods.filter(({ metadata: { uid } }) => this.ghosts.has(uid)), pods.filter(({ metadata: { uid } }) => !this.ghosts.has(uid))];
    const running = ghost.map((pod) => ({ ...this.lost(pod), containers: this.lost(pod).containers.map((one) => ({ ...one, state: { running: { startedAt: '2026-01-01T00:00:00Z' } } })) }));
    return [...running, ...(await super.status(others))];
  }
}

/** Of the event loop: enough for a call that was sent at the same time to arrive. */
const TURNS = 300;

function created(create: (request: CreateRequest, real: (request: CreateRequest) => Promise<CreatedPod>, self: Spoilt) => Promise<CreatedPod>): Defect {
  return { provider: (clock) => new (class extends Spoilt { override create(request: CreateRequest) { return create(request, (one) => super.create(one), this); } })(clock) };
}

function doubling(startsAgain: (isRunning: boolean) => boolean): Defect {
  return { provider: (clock) => new Doubling(clock, startsAgain) };
}

function deleted(remove: (pod: Pod, real: (pod: Pod) => Promise<void>, self: Spoilt) => Promise<void>): Defect {
  return { provider: (clock) => new (class extends Spoilt { override delete(pod: Pod) { return remove(pod, (one) => super.delete(one), this); } })(clock) };
}

function asked(status: (pods: readonly Pod[], real: (pods: readonly Pod[]) => Promise<readonly PodStatus[]>, self: Spoilt) => Promise<readonly PodStatus[]>): Defect {
  return { provider: (clock) => new (class extends Spoilt { override status(pods: readonly Pod[]) { return status(pods, (some) => super.status(some), this); } })(clock) };
}

function told(edit: (status: PodStatus, self: Spoilt) => PodStatus): Defect {
  return asked(async (pods, status, self) => (await status(pods)).map((one) => edit(one, self)));
}

function started(start: (start: ContainerStart, real: (start: ContainerStart) => StartedContainer) => StartedContainer): Defect {
  return { provider: (clock) => new (class extends Spoilt { protected override startContainer(one: ContainerStart) { return start(one, (other) => super.startContainer(other)); } })(clock) };
}

function logged(log: (request: LogRequest, real: (request: LogRequest) => Promise<Readable>, self: Spoilt) => Promise<Readable>, { unlessFollowed = false } = {}): Defect {
  return {
    provider: (clock) => new (class extends Spoilt {
      override async getLogs(request: LogRequest, context: Pick<CallContext, 'signal'>): Promise<Readable> {
        const real = async (one: LogRequest): Promise<Readable> => super.getLogs(one, context);
        return unlessFollowed && request.options.follow ? real(request) : log(request, real, this);
      }
    })(clock),
  };
}

/** Another status in the place of one. */
function code(path: string, from: number, to: number): Defect {
  return { front: (request, response, app) => {
    const write = response.writeHead.bind(response) as (status: number, ...rest: unknown[]) => typeof response;
    if (request.url === path) response.writeHead = (status: number, ...rest: unknown[]) => write(status === from ? to : status, ...rest);
    app();
  } };
}

/** JSON answers, edited; `undefined` becomes a text that is no JSON. */
function json(method: string, path: string, edit: (answer: unknown) => unknown): Defect {
  return { front: (request, response, app) => {
    const own = response as unknown as { json: (answer: unknown) => unknown };
    if (request.url === path && request.method === method) {
      own.json = function (this: typeof response, answer: unknown) {
        const edited = edit(answer);
        const above = Object.getPrototypeOf(this) as { json: (answer: unknown) => unknown; send: (text: string) => unknown };
        return edited === undefined ? this.end('pong') : above.json.call(this, edited);
      };
    }
    app();
  } };
}

/** Bodies, edited before they are read; `undefined`: refused. */
function body(path: string, edit: (sent: unknown) => unknown): Defect {
  return { front: (request, response, app) => {
    if (request.url !== path) return app();
    void text(request).then((sent) => {
      const refuse = (status: number, words: string): void => void response.writeHead(status).end(words);
      if (sent.length > 100_000) return refuse(413, 'too large');
      let edited: unknown;
      try {
        edited = edit(JSON.parse(sent));
      } catch {
        return refuse(400, 'the body is not JSON');
      }
      if (edited === undefined) return refuse(400, 'not like this');
      // express takes what is there.
      (request as { body?: unknown }).body = edited;
      app();
    });
  } };
}

function refusing(isRefused: (request: Parameters<Front>[0]) => boolean): Defect {
  return { front: (request, response, app) => (isRefused(request) ? void response.writeHead(500).end('no') : app()) };
}

function without(sent: unknown, option: string): unknown {
  const { Opts, ...rest } = sent as { Opts?: Record<string, unknown> };
  return Opts === undefined ? sent : { ...rest, Opts: { ...Opts, [option]: undefined } };
}

function accepted({ pod }: CreateRequest): Promise<CreatedPod> {
  return Promise.resolve({ uid: pod.metadata.uid, jobId: pod.metadata.uid });
}

function isApart({ containers }: PodStatus): boolean {
  return containers.some(({ name, state }) => name === 'good' && state?.running) && containers.some(({ name, state }) => name === 'bad' && state?.terminated);
}

function hasInit({ initContainers }: PodStatus, name: string): boolean {
  return initContainers.some((one) => one.name === name);
}

function inContainer(status: PodStatus, name: string, edit: (one: ContainerStatus) => ContainerStatus): PodStatus {
  const change = (list: readonly ContainerStatus[]): ContainerStatus[] => list.map((one) => (one.name === name ? edit(one) : one));
  return { ...status, containers: change(status.containers), initContainers: change(status.initContainers) };
}

function withEnd(one: ContainerStatus, change: Record<string, unknown>): ContainerStatus {
  return one.state?.terminated ? { ...one, state: { terminated: { ...one.state.terminated, ...change } } } : one;
}
