import { type CallerView, type CreateBody, FIRST_VIEW, type LogBody, PluginRefused, PluginUnreachable, toCallerPhase, toDeletePod, toLogBody, toStatusPod } from '../caller/index.js';
import type { ContainerStatus, Pod } from '../kube/index.js';
import type { PodStatusJson } from '../wire/index.js';
import type { Reply, Stage } from './stage.js';
import { expectThat, RuleFailed, RuleSkipped, shown } from './verdicts.js';

/** `NotImplemented` of a provider that has no logs. */
const NOT_IMPLEMENTED = 501;

/** One pod of the kit as its cluster has it. It forgives what is some rule's business, so that one sin fails one rule. */
export class StagedPod {
  view: CallerView = FIRST_VIEW;
  jobId: string | undefined;
  /** Whether the plugin has been told of it. */
  isAsked = false;
  /** Whether it has it, by its own words, or for want of an answer. */
  isTaken = false;

  constructor(
    private readonly stage: Stage,
    readonly body: CreateBody,
  ) {}

  get pod(): Pod {
    return this.body.pod;
  }

  get uid(): string {
    return this.pod.metadata.uid;
  }

  get deleteBody(): Pod {
    return toDeletePod(this.pod, this.jobId, this.view, this.stage.now());
  }

  /** POST /create with `body`, by default as interLink sends it. */
  async create(body: unknown = this.body): Promise<Reply> {
    this.isAsked = true;
    const reply = await this.stage.send('POST', '/create', body).catch((error: unknown) => {
      this.isTaken ||= !(error instanceof PluginUnreachable);
      throw error;
    });
    this.isTaken ||= reply.status < 300;
    if (reply.status < 300) this.jobId ??= jobIdIn(reply.text) ?? this.uid;
    return reply;
  }

  delete(): Promise<Reply> {
    this.isAsked = true;
    return this.stage.send('POST', '/delete', this.deleteBody);
  }

  /** One look at it; `undefined`: it is not in the answer. @throws RuleFailed for an answer that no caller could read */
  async status(): Promise<PodStatusJson | undefined> {
    const answer = await this.ask([toStatusPod(this.pod, this.jobId, this.view)]);
    this.view = toCallerPhase(this.pod, this.view, answer);
    return answer.find(({ UID }) => UID === this.uid);
  }

  /** GET /status with these pods. */
  async ask(pods: readonly Pod[]): Promise<readonly PodStatusJson[]> {
    const { status, text } = await this.stage.send('GET', '/status', pods);
    expectThat(status === 200, 'GET /status is answered with 200', `HTTP ${status} ${shown(text)}`);
    const answer = parsed(text);
    if (!Array.isArray(answer)) throw new RuleFailed('GET /status with pods is answered with a JSON array', shown(text));
    return answer as readonly PodStatusJson[];
  }

  /** Looks until `condition` holds, and keeps every answer. */
  async watch(condition: (status: PodStatusJson) => boolean): Promise<readonly PodStatusJson[]> {
    const seen: PodStatusJson[] = [];
    await this.stage.until(async () => {
      const status = await this.status();
      if (status !== undefined) seen.push(status);
      return status !== undefined && condition(status) ? true : undefined;
    });
    return seen;
  }

  /** @throws RuleFailed where it never gets there */
  async reach(what: string, condition: (status: PodStatusJson) => boolean): Promise<PodStatusJson> {
    const last = (await this.watch(condition)).at(-1);
    if (last === undefined || !condition(last)) throw new RuleFailed(what, last === undefined ? 'no status of the pod' : states(last));
    return last;
  }

  /** Until all its containers are told as terminated. */
  end(): Promise<PodStatusJson> {
    return this.reach('the pod comes to its end', isOver);
  }

  logBody(container: string, options: Partial<LogBody['Opts']> = {}): LogBody {
    return toLogBody(this.pod, container, options);
  }

  /** A whole log. @throws RuleFailed for any answer but 200; RuleSkipped for a plugin without logs */
  async log(container = '', options: Partial<LogBody['Opts']> = {}): Promise<string> {
    const { status, text } = await this.stage.send('GET', '/getLogs', this.logBody(container, options));
    if (status === NOT_IMPLEMENTED) throw new RuleSkipped(`the plugin has no logs: HTTP 501 ${shown(text)}`);
    expectThat(status === 200, 'GET /getLogs is answered with 200', `HTTP ${status} ${shown(text)}`);
    return text;
  }

  /** Opens a followed log. @throws as `log` */
  async follow(container = '') {
    try {
      return await this.stage.openLog(this.logBody(container, { Follow: true }));
    } catch (error) {
      if (!(error instanceof PluginRefused)) throw error;
      if (error.status === NOT_IMPLEMENTED) throw new RuleSkipped(`the plugin has no logs: HTTP 501 ${shown(error.message)}`);
      throw new RuleFailed('GET /getLogs with Follow is answered with 200', `HTTP ${error.status} ${shown(error.message)}`);
    }
  }
}

/** Containers, init containers among them, whatever of the lists is there. */
export function allOf(status: PodStatusJson): readonly ContainerStatus[] {
  return [...initsOf(status), ...mainsOf(status)];
}

/** Some plugins leave lists out, or send null. */
export function mainsOf({ containers }: { readonly containers?: readonly ContainerStatus[] | null }): readonly ContainerStatus[] {
  return containers ?? [];
}

export function initsOf({ initContainers }: { readonly initContainers?: readonly ContainerStatus[] | null }): readonly ContainerStatus[] {
  return initContainers ?? [];
}

/** Whether the cluster takes the pod for ended. */
export function isOver(status: PodStatusJson): boolean {
  return mainsOf(status).length > 0 && mainsOf(status).every(({ state }) => state?.terminated);
}

export function containerOf(status: PodStatusJson, name: string): ContainerStatus | undefined {
  return allOf(status).find((one) => one.name === name);
}

/** `init terminated (0), main running`. */
export function states(status: PodStatusJson): string {
  return allOf(status).map(({ name, state }) => `${name} ${stateName(state)}`).join(', ') || 'a status without containers';
}

function stateName(state: ContainerStatus['state']): string {
  if (state?.terminated) return `terminated (${state.terminated.exitCode})`;
  if (state?.waiting) return `waiting (${state.waiting.reason ?? ''})`;
  return state?.running ? 'running' : 'in no state';
}

function jobIdIn(text: string): string | undefined {
  const answer = parsed(text);
  const one = (Array.isArray(answer) ? answer[0] : answer) as { PodJID?: unknown } | null | undefined;
  return typeof one?.PodJID === 'string' && one.PodJID !== '' ? one.PodJID : undefined;
}

/** `undefined` for what is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
