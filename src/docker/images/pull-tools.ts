import type { Clock } from '../../clock.js';
import type { Engine, ImageDetails, RegistryLogin, Slots } from '../../engine/index.js';
import type { Logger } from '../../log.js';
import type { ImageCollector } from './collector.js';
import type { PullMeter } from './pull-meter.js';

/** What pulls are done with. */
export interface PullTools {
  readonly engine: Engine;
  readonly queue: Slots;
  readonly meter: PullMeter;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly progressTimeoutMs: number;
  /** `os/architecture[/variant]` to ask for; absent: what the engine runs on. */
  readonly platform?: string;
  /** Logins of the node itself for a repository, the best first. */
  readonly nodeLogins: (repository: string) => Promise<readonly RegistryLogin[]>;
  /** Marks what is pulled, where images are removed again. */
  readonly collector?: ImageCollector;
  /** When any pull was last heard of. */
  readonly activity: { lastAt: Date };
}

export interface Pulled {
  readonly image: ImageDetails;
  /** From the first question to the registry on. */
  readonly pullMs: number;
}

export interface PullListener {
  /** The image is asked of its registry, for this caller or already for another. */
  started(): void;
  /** How far it is, for people; about once a second. */
  progress(message: string): void;
}
