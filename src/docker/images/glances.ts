import type { Clock } from '../../clock.js';
import type { ImageDetails } from '../../engine/index.js';

/** For so long what was seen counts; a create tells soon enough that the image has gone since. */
const FRESH_MS = 1_000;

interface Glance {
  readonly begunAt: number;
  readonly found: Promise<ImageDetails | undefined>;
}

/** Looks at images that were begun before anybody asked for them: each is good for one question, right after. */
export class Glances {
  private readonly byName = new Map<string, Glance>();

  constructor(
    private readonly look: (name: string) => Promise<ImageDetails | undefined>,
    private readonly clock: Clock,
  ) {}

  /** Begins to look at an image, which is going to be asked for. */
  begin(name: string): void {
    const begunAt = this.clock.now().getTime();
    for (const [other, glance] of this.byName) if (!this.isFresh(glance)) this.byName.delete(other);
    const found = this.look(name);
    found.catch(() => undefined); // who asks looks again
    this.byName.set(name, { begunAt, found });
  }

  /** The image, if it was seen a moment ago; that it was not there says nothing of now. */
  async take(name: string): Promise<ImageDetails | undefined> {
    const glance = this.byName.get(name);
    this.byName.delete(name);
    return glance !== undefined && this.isFresh(glance) ? glance.found.catch(() => undefined) : undefined;
  }

  private isFresh({ begunAt }: Glance): boolean {
    const ageMs = this.clock.now().getTime() - begunAt;
    return ageMs >= 0 && ageMs < FRESH_MS;
  }
}
