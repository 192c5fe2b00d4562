/** What a test says is to happen to calls. */

/** One request to the engine as the proxy saw it. */
export interface ProxiedCall {
  /** 1 for the first numbered call; `undefined` for one that is not numbered. */
  readonly k: number | undefined;
  readonly method: string;
  /** Without the API version and the query: `/containers/create`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The engine's answer; `undefined` while there is none. */
  status: number | undefined;
  /** The answer is passed on wholly, or the connection is gone. */
  isOver: boolean;
  /** Resolves then. */
  readonly over: Promise<void>;
}

/** The k-th numbered call, or every call of which this is true. */
export type CallMatcher = number | ((call: ProxiedCall) => boolean);

/**
 * May take its time: the call waits. `'cut'` destroys the caller's connection instead of going on; a hook that kills the
 * caller before the engine may see its call returns it.
 */
export type CallHook = (call: ProxiedCall) => void | 'cut' | Promise<void | 'cut'>;

/** Things to do to calls that match, in the order in which they were added. */
export class Rules<Effect> {
  private readonly rules = new Set<{ readonly matches: (call: ProxiedCall) => boolean; readonly effect: Effect }>();

  /** The returned function takes the rule back. */
  add(matcher: CallMatcher, effect: Effect): () => void {
    const rule = { matches: toPredicate(matcher), effect };
    this.rules.add(rule);
    return () => void this.rules.delete(rule);
  }

  for(call: ProxiedCall): readonly Effect[] {
    return [...this.rules].filter(({ matches }) => matches(call)).map(({ effect }) => effect);
  }
}

export function toPredicate(matcher: CallMatcher): (call: ProxiedCall) => boolean {
  return typeof matcher === 'number' ? ({ k }) => k === matcher : matcher;
}
