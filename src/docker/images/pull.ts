import { type ImageDetails, isEngineError, type PullLine, type RegistryLogin } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import { normalizeImage, repositoryOf } from '../../kube/index.js';
import { rejectOnAbort } from './abort.js';
import { toGoDuration } from './go-duration.js';
import { ImageError } from './image-error.js';
import { nodePlatform, platformOf, runsOn } from './platform.js';
import { PullProgress } from './pull-progress.js';
import type { Pulled, PullListener, PullTools } from './pull-tools.js';
import { redact } from './redact.js';
import { watchForStall } from './stall.js';

const TELL_INTERVAL_MS = 1_000;
const LOG_INTERVAL_MS = 30_000;
/** Logins that are tried for one image; each costs the registry a question. */
const MOST_LOGINS = 16;

/** One image asked of its registry, for all who want it with the same logins, until the last of them has left. */
export class Pull {
  readonly done: Promise<Pulled>;
  private readonly listeners = new Set<PullListener>();
  private readonly abandoned = new AbortController();
  private progress = new PullProgress();
  private message = 'waits for its turn: as many images are being pulled as may be at a time';
  private toldAt = 0;
  private loggedAt: number;
  private heardAt: Date;

  constructor(
    /** As the pod names it. */
    private readonly image: string,
    private readonly ownLogins: readonly RegistryLogin[],
    private readonly tools: PullTools,
  ) {
    this.heardAt = tools.clock.now();
    this.loggedAt = this.heardAt.getTime();
    this.done = tools.queue.run(() => tools.meter.measure(() => this.run()), this.abandoned.signal);
  }

  /** Aborted when nobody wants it any more. */
  get signal(): AbortSignal {
    return this.abandoned.signal;
  }

  /** @throws ImageError; EngineError `Unavailable` when the engine is away; `signal.reason` when the caller gave up */
  async join(listener: PullListener, signal: AbortSignal): Promise<Pulled> {
    this.listeners.add(listener);
    listener.started();
    listener.progress(this.message);
    const abort = rejectOnAbort(signal);
    try {
      return await Promise.race([this.done, abort.aborted]);
    } finally {
      abort.callOff();
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.abandoned.abort();
    }
  }

  private async run(): Promise<Pulled> {
    const { engine, clock, nodeLogins, collector } = this.tools;
    const begunAt = clock.now().getTime();
    this.tell();
    const logins = [...this.ownLogins, ...(await nodeLogins(repositoryOf(this.image)))].slice(0, MOST_LOGINS);
    const foreign = await collector?.foreign();
    await this.tryEach(logins);
    const image = await engine.inspectImage(normalizeImage(this.image));
    if (foreign !== undefined) await collector?.pulled(image, this.image, foreign);
    await this.requirePlatform(image);
    return { image, pullMs: clock.now().getTime() - begunAt };
  }

  /** The engine does not tell a wrong login from a missing image: every login has its try, and at last nobody in particular. */
  private async tryEach(logins: readonly RegistryLogin[]): Promise<void> {
    const failures = new Set<string>();
    for (const login of [...logins, undefined]) {
      try {
        return await this.attempt(login);
      } catch (error) {
        if (error instanceof ImageError || isEngineError(error, 'Unavailable', 'Aborted')) throw error;
        failures.add(redact(messageOf(error), logins));
      }
    }
    throw new ImageError('ErrImagePull', [...failures].join('; '));
  }

  private async attempt(login: RegistryLogin | undefined): Promise<void> {
    const { engine, clock, platform, progressTimeoutMs: timeoutMs, activity } = this.tools;
    this.heardAt = clock.now();
    this.progress = new PullProgress();
    const lastHeard = (): Date => (this.progress.isQueued && activity.lastAt > this.heardAt ? activity.lastAt : this.heardAt);
    const stall = watchForStall(timeoutMs, lastHeard, clock);
    const request = { name: normalizeImage(this.image), ...(platform !== undefined && { platform }), ...(login !== undefined && { login }) };
    try {
      await engine.pullImage(request, (line) => this.heard(line), AbortSignal.any([this.abandoned.signal, stall.signal]));
    } catch (error) {
      if (this.abandoned.signal.aborted) throw error;
      if (stall.signal.aborted) throw new ImageError('ErrImagePull', `pull of "${this.image}" made no progress for ${toGoDuration(timeoutMs)} and was cancelled (${this.progress.text})`, { pullFailure: 'stalled' });
      if (!isEngineError(error, 'Unavailable')) throw error;
      await engine.ping(); // is it away, or did it only break this one off?
      throw new ImageError('ErrImagePull', `the engine broke the pull off: ${messageOf(error)}`, { cause: error, pullFailure: 'broken_off' });
    } finally {
      stall.callOff();
    }
  }

  private async requirePlatform(image: ImageDetails): Promise<void> {
    const platform = await nodePlatform(this.tools);
    if (!runsOn(image, platform)) throw new ImageError('ErrImagePull', `image "${this.image}" is for ${platformOf(image)}; this node runs ${platform}`, { pullFailure: 'platform' });
  }

  private heard(line: PullLine): void {
    const { clock, activity } = this.tools;
    this.heardAt = activity.lastAt = clock.now();
    this.progress.note(line);
    if (this.heardAt.getTime() - this.toldAt >= TELL_INTERVAL_MS) this.tell();
  }

  private tell(): void {
    const now = this.tools.clock.now().getTime();
    this.toldAt = now;
    this.message = `Pulling image "${this.image}": ${this.progress.text}`;
    this.listeners.forEach((listener) => listener.progress(this.message));
    if (now - this.loggedAt < LOG_INTERVAL_MS) return;
    this.loggedAt = now;
    this.tools.logger.info('an image is being pulled', { image: this.image, progress: this.progress.text });
  }
}
