import type { FaultProxy, ProxiedCall } from './fault-proxy.js';

/** One call that reached the engine, by whom and in which order of all. */
export interface LoggedCall {
  readonly by: string;
  readonly method: string;
  readonly path: string;
  /** Position among the calls of all when the engine took it up, and when it had answered; `undefined`: never answered. */
  readonly begun: number;
  readonly answered: number | undefined;
  /** The engine's answer; `undefined`: there is none. */
  readonly status: number | undefined;
}

/** Neither changes a pod, nor what it needs: a wait, the fetching of an image, and what is done to a claim of the node name. */
export function isAct({ method, path }: Pick<LoggedCall, 'method' | 'path'>, isOfClaim: (path: string) => boolean): boolean {
  return method !== 'GET' && method !== 'HEAD' && !/\/wait$|^\/images\/create/.test(path) && !isOfClaim(path);
}

/**
 * Calls by which an earlier owner of a node name acted beside the later one: those that the engine took up after the later one's first,
 * or answered after it, and carried out. Pure. A refused one has changed nothing; a stop lasts as long as its container likes, so that
 * its beginning counts.
 */
export function actsBeside(calls: readonly LoggedCall[], earlier: string, later: string, isOfClaim: (path: string) => boolean = () => false): readonly LoggedCall[] {
  const acts = calls.filter((call) => isAct(call, isOfClaim));
  const first = Math.min(...acts.filter(({ by, status }) => by === later && tookEffect(status)).map(({ begun }) => begun));
  return acts.filter((call) => call.by === earlier && tookEffect(call.status) && (call.path.endsWith('/stop') ? call.begun : (call.answered ?? Infinity)) > first);
}

/** Without an answer it may have. */
function tookEffect(status: number | undefined): boolean {
  return status === undefined || (status < 400 && status !== 304);
}

/** Keeps the calls of several callers, each through a proxy of its own, in one order. */
export class CallLogs {
  private readonly calls: { by: string; method: string; path: string; begun: number; answered: number | undefined; readonly proxied: ProxiedCall }[] = [];
  private count = 0;

  /** From now on. Rules that hold calls back have to be there before, so that a call counts from when it is let go. */
  watch(by: string, proxy: FaultProxy): void {
    const known = new Map<ProxiedCall, (typeof this.calls)[number]>();
    proxy.beforeCall(() => true, (proxied) => {
      const { method, path, query } = proxied;
      const name = query.get('name');
      const call = { by, method, path: name === null ? path : `${path}?name=${name}`, begun: ++this.count, answered: undefined, proxied };
      known.set(proxied, call);
      this.calls.push(call);
    });
    proxy.afterAnswer(() => true, (proxied) => {
      const call = known.get(proxied);
      if (call !== undefined) call.answered = ++this.count;
    });
  }

  get all(): readonly LoggedCall[] {
    return this.calls.map(({ by, method, path, begun, answered, proxied }) => ({ by, method, path, begun, answered, status: proxied.status }));
  }
}
