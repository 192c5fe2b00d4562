import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.js';
import { type Engine, type ImageDetails, isEngineError, type RegistryLogin, Slots } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import { canonicalImage, InvalidImageName, normalizeImage } from '../../kube/index.js';
import type { Logger } from '../../log.js';
import type { Metric } from '../../provider/index.js';
import type { ImagePolicy } from '../node/index.js';
import type { ImageCollector } from './collector.js';
import { Glances } from './glances.js';
import { ImageError } from './image-error.js';
import { NodeLogins } from './node-logins.js';
import { nodePlatform, platformOf, runsOn } from './platform.js';
import { Pull } from './pull.js';
import { PullMeter } from './pull-meter.js';
import type { Pulled, PullListener, PullTools } from './pull-tools.js';
import { repoDigestFor } from './repo-digest.js';

export type PullPolicy = 'Always' | 'IfNotPresent' | 'Never';

/** An image that a container is to be made of. */
export interface ImageRequest {
  /** As the pod names it. */
  readonly image: string;
  readonly policy: PullPolicy;
  /** That came with the pod, the best first; they are tried before the node's own. */
  readonly logins: readonly RegistryLogin[];
}

/** What happened to get the image, and what it is. */
export type Prepared =
  | { readonly how: 'present'; readonly image: ImageDetails }
  /** `totalMs`: with the wait for its turn. */
  | { readonly how: 'pulled'; readonly image: ImageDetails; readonly pullMs: number; readonly totalMs: number };

/** Images on the engine. However many pods want one image, it is pulled once at a time, and until the last of them has left. */
export class Images {
  private readonly pulls = new Map<string, Pull>();
  /** By image id and reference; see `repoDigestOf`. */
  private readonly repoDigests = new Map<string, string | undefined>();
  private readonly tools: PullTools;
  private readonly glances: Glances;

  constructor(
    private readonly engine: Engine,
    policy: ImagePolicy,
    private readonly clock: Clock,
    logger: Logger,
    /** Absent: images are neither marked nor removed. */
    private readonly collector?: ImageCollector,
  ) {
    const { parallelPulls, progressTimeoutMs, platform, loginFiles } = policy;
    const own = new NodeLogins(loginFiles, logger);
    const nodeLogins = (repository: string): Promise<readonly RegistryLogin[]> => own.of(repository);
    const queue = new Slots(parallelPulls);
    this.tools = { engine, queue, meter: new PullMeter(queue), clock, logger, progressTimeoutMs, ...(platform !== undefined && { platform }), ...(this.collector && { collector: this.collector }), nodeLogins, activity: { lastAt: clock.now() } };
    this.glances = new Glances((name) => this.inspect(name), clock);
  }

  /** Begins to look at an image that a pod is about to ask for: the look of `prepare` then costs it no time. */
  expect(image: string): void {
    try {
      this.glances.begin(normalizeImage(image));
    } catch (error) {
      if (!(error instanceof InvalidImageName)) throw error; // `prepare` tells
    }
  }

  /**
   * Resolves when the image is on the engine as the policy wants it.
   * @throws ImageError; EngineError `Unavailable` when the engine is away; `signal.reason` when the caller gave up
   */
  async prepare(request: ImageRequest, listener: PullListener, signal: AbortSignal): Promise<Prepared> {
    const beganAt = this.clock.now().getTime();
    try {
      const present = request.policy === 'Always' ? undefined : await this.present(request);
      const prepared: Prepared =
        present === undefined
          ? { how: 'pulled', ...(await this.pull(request, listener, signal)), totalMs: this.clock.now().getTime() - beganAt }
          : { how: 'present', image: present };
      this.remember(prepared.image, request.image);
      if (prepared.how === 'present') this.collector?.used(prepared.image.Id);
      return prepared;
    } catch (error) {
      if (error instanceof InvalidImageName) throw new ImageError('InvalidImageName', error.message, { cause: error });
      if (error instanceof ImageError || signal.aborted || isEngineError(error, 'Unavailable', 'Aborted')) throw error;
      throw new ImageError('ErrImagePull', messageOf(error), { cause: error });
    }
  }

  /**
   * The name by digest of a container's image in the repository of its reference; `undefined` where there is none. The engine
   * is asked once for each image and reference.
   */
  async repoDigestOf(imageId: string, reference: string): Promise<string | undefined> {
    const key = `${imageId} ${reference}`;
    if (!this.repoDigests.has(key)) {
      const image = await this.inspect(imageId);
      if (image === undefined) return undefined;
      this.remember(image, reference);
    }
    return this.repoDigests.get(key);
  }

  /** Of what is asked of registries. */
  get metrics(): readonly Metric[] {
    return this.tools.meter.metrics;
  }

  /** From time to time: removes images where the disk is too full. @param wanted names, as pods have them, of those that are not to go */
  async tidy(wanted: () => Iterable<string>): Promise<void> {
    await this.collector?.collect(wanted);
  }

  private remember(image: ImageDetails, reference: string): void {
    this.repoDigests.set(`${image.Id} ${reference}`, repoDigestFor(reference, image.RepoDigests));
  }

  private async present({ image: name, policy }: ImageRequest): Promise<ImageDetails | undefined> {
    const reference = normalizeImage(name);
    const image = (await this.glances.take(reference)) ?? (await this.inspect(reference));
    const platform = await nodePlatform(this.tools);
    if (image !== undefined && runsOn(image, platform)) return image;
    if (policy !== 'Never') return undefined;
    const why = image === undefined ? '' : `: what is here is for ${platformOf(image)}, and this node runs ${platform}`;
    throw new ImageError('ErrImageNeverPull', `Container image "${name}" is not present with pull policy of Never${why}`);
  }

  private async inspect(name: string): Promise<ImageDetails | undefined> {
    try {
      return await this.engine.inspectImage(name);
    } catch (error) {
      if (isEngineError(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  private pull({ image, logins }: ImageRequest, listener: PullListener, signal: AbortSignal): Promise<Pulled> {
    signal.throwIfAborted();
    // Who has no right to an image must not get it by joining somebody who has.
    const key = `${canonicalImage(image)} ${fingerprint(logins)}`;
    return (this.pulls.get(key) ?? this.begin(key, image, logins)).join(listener, signal);
  }

  private begin(key: string, image: string, logins: readonly RegistryLogin[]): Pull {
    const pull = new Pull(image, logins, this.tools);
    this.pulls.set(key, pull);
    // A pull that everybody left is no longer the one to join, even while the engine still winds it down.
    const forget = (): void => {
      if (this.pulls.get(key) === pull) this.pulls.delete(key);
    };
    pull.signal.addEventListener('abort', forget, { once: true });
    pull.done.then(forget, forget);
    return pull;
  }
}

function fingerprint(logins: readonly RegistryLogin[]): string {
  return createHash('sha256').update(JSON.stringify(logins)).digest('hex');
}
