import { type Engine, isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';

export type PullPolicy = 'Always' | 'IfNotPresent' | 'Never';

/** An image that is not there and did not come, with the kubelet's waiting reason. */
export class ImageError extends Error {
  override readonly name = 'ImageError';

  constructor(
    readonly reason: 'ErrImagePull' | 'ErrImageNeverPull',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What happened to get the image. */
export type Prepared = 'present' | 'pulled';

export interface PullListener {
  /** The image is asked of its registry, for this caller or already for another. */
  started(): void;
  progress(message: string): void;
}

interface Pull {
  readonly done: Promise<void>;
  readonly listeners: Set<PullListener>;
  readonly stop: AbortController;
}

/** Images on the engine. However many pods want one image, it is pulled once at a time, and until the last of them has left. */
export class Images {
  private readonly pulls = new Map<string, Pull>();

  constructor(private readonly engine: Engine) {}

  /**
   * Resolves when the image is on the engine as the policy wants it.
   * @throws ImageError; EngineError `Unavailable` when the engine is away; `signal.reason` when the caller gave up
   */
  async prepare(image: string, policy: PullPolicy, listener: PullListener, signal: AbortSignal): Promise<Prepared> {
    if (policy !== 'Always' && (await this.isPresent(image))) return 'present';
    if (policy === 'Never') {
      throw new ImageError('ErrImageNeverPull', `Container image "${image}" is not present with pull policy of Never`);
    }
    await this.join(image, listener, signal);
    return 'pulled';
  }

  private async isPresent(image: string): Promise<boolean> {
    try {
      await this.engine.inspectImage(image);
      return true;
    } catch (error) {
      if (isEngineError(error, 'NotFound')) return false;
      throw error;
    }
  }

  private async join(image: string, listener: PullListener, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const pull = this.pulls.get(image) ?? this.begin(image);
    pull.listeners.add(listener);
    listener.started();
    const abort = rejectOnAbort(signal);
    try {
      await Promise.race([pull.done, abort.aborted]);
    } catch (error) {
      if (signal.aborted || isEngineError(error, 'Unavailable')) throw error;
      throw new ImageError('ErrImagePull', messageOf(error), { cause: error });
    } finally {
      abort.callOff();
      pull.listeners.delete(listener);
      if (pull.listeners.size === 0) pull.stop.abort();
    }
  }

  private begin(image: string): Pull {
    const listeners = new Set<PullListener>();
    const stop = new AbortController();
    const done = this.engine.pullImage(image, (status) => listeners.forEach((listener) => listener.progress(status)), stop.signal);
    const pull: Pull = { done, listeners, stop };
    this.pulls.set(image, pull);
    // A pull that everybody left is no longer the one to join, even while the engine still winds it down.
    const forget = (): void => {
      if (this.pulls.get(image) === pull) this.pulls.delete(image);
    };
    stop.signal.addEventListener('abort', forget, { once: true });
    done.then(forget, forget);
    return pull;
  }
}

function rejectOnAbort(signal: AbortSignal): { readonly aborted: Promise<never>; readonly callOff: () => void } {
  let leave: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal.addEventListener('abort', leave, { once: true });
  });
  return { aborted, callOff: () => signal.removeEventListener('abort', leave) };
}
