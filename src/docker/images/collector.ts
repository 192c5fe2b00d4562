import type { Clock } from '../../clock.js';
import { type Engine, type ImageDetails, type ImageSummary, isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import { canonicalImage, InvalidImageName, repositoryOf } from '../../kube/index.js';
import type { Logger } from '../../log.js';
import type { ImageCollection } from '../node/index.js';
import { excessBytes, type Fill, isOverfull, oldestFirst, type Removable, removableOf } from './choose-garbage.js';
import { MARK_REPOSITORY, markTag, sortNames } from './marks.js';
import { measureDisk, type MeasureDisk } from './measure-disk.js';

/** As often as a kubelet looks. */
const INTERVAL_MS = 5 * 60_000;

export interface CollectorTools {
  readonly engine: Engine;
  readonly node: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly measure?: MeasureDisk;
}

/** Marks images that are pulled, and removes marked ones that nobody uses when the disk is too full. */
export class ImageCollector {
  private lookedAt = 0;
  private said = '';
  /** By image id; what the marks have not been told yet. */
  private readonly usedAt = new Map<string, Date>();

  constructor(
    private readonly tools: CollectorTools,
    private readonly policy: ImageCollection,
  ) {}

  /** Before a pull: ids of images that are here already, and not by us. */
  async foreign(): Promise<ReadonlySet<string>> {
    const images = await this.tools.engine.listImages();
    return new Set(images.filter((image) => sortNames(this.tools.node, image).marks.length === 0).map(({ Id }) => Id));
  }

  /** After it: what was not here before is ours to remove. Without its mark, if that fails, it stays for good. */
  async pulled({ Id }: ImageDetails, reference: string, foreign: ReadonlySet<string>): Promise<void> {
    if (foreign.has(Id)) return;
    try {
      await this.tools.engine.tagImage(Id, MARK_REPOSITORY, markTag(this.tools.node, Id, reference));
    } catch (error) {
      this.tools.logger.warn('an image that was pulled could not be marked: it will never be removed', { image: reference, reason: messageOf(error) });
    }
  }

  /** An image is about to be used. */
  used(imageId: string): void {
    this.usedAt.set(imageId, this.tools.clock.now());
  }

  /** Removes what has to go, at most every 5 minutes. @param wanted names, as pods have them, of images that are not to go */
  async collect(wanted: () => Iterable<string>): Promise<void> {
    const now = this.tools.clock.now();
    if (now.getTime() - this.lookedAt < INTERVAL_MS) return;
    this.lookedAt = now.getTime();
    await this.renewMarks(wanted());
    const fill = await this.fill();
    if (fill === undefined) return this.say('the disk of the engine cannot be measured from here, so no image is removed: set Images.GCBudget', {});
    if (isOverfull(fill, this.policy)) await this.free(excessBytes(fill, this.policy), wanted);
    else this.said = '';
  }

  /** The time of a mark tells when the image was used last: also to the next plugin. */
  private async renewMarks(wanted: Iterable<string>): Promise<void> {
    const { engine, node } = this.tools;
    const names = canonicalNames(wanted);
    const used = new Set(this.usedAt.keys());
    this.usedAt.clear();
    for (const image of await engine.listImages()) {
      const [mark] = sortNames(node, image).marks;
      if (mark !== undefined && (used.has(image.Id) || isNamed(image, names))) await engine.tagImage(image.Id, MARK_REPOSITORY, mark);
    }
  }

  private async fill(): Promise<Fill | undefined> {
    const { engine, measure = measureDisk } = this.tools;
    const { budgetBytes, isEngineHere } = this.policy;
    if (budgetBytes !== undefined) return { capacityBytes: budgetBytes, usedBytes: (await engine.imageUsage()).layersBytes };
    const { dataRoot } = await engine.info();
    return isEngineHere && dataRoot !== '' ? measure(dataRoot) : undefined;
  }

  /** Measured again after each image: layers that images share go with the last of them. */
  private async free(excess: number, wanted: () => Iterable<string>): Promise<void> {
    const { engine, node, clock } = this.tools;
    const unusedSince = new Date(clock.now().getTime() - this.policy.minAgeMs);
    const aged = await this.withAge(removableOf(await engine.imageUsage(), node));
    let left = excess;
    for (const image of oldestFirst(aged, unusedSince)) {
      if (left <= 0) break;
      if (isNamed(image, canonicalNames(wanted())) || !(await this.remove(image))) continue;
      const fill = await this.fill();
      left = fill === undefined ? 0 : excessBytes(fill, this.policy);
    }
    if (left > 0) this.say('the disk is too full, and no more of the images that this plugin pulled can go', { bytesTooMany: left });
    else this.said = '';
  }

  /** One that is gone meanwhile is left out; one of an unknown age counts as old. */
  private async withAge(removable: readonly Removable[]): Promise<(Removable & { lastUsedAt: Date })[]> {
    const aged: (Removable & { lastUsedAt: Date })[] = [];
    for (const image of removable) {
      try {
        const { LastTagTime } = await this.tools.engine.inspectImage(image.Id);
        aged.push({ ...image, lastUsedAt: this.usedAt.get(image.Id) ?? new Date(LastTagTime ?? 0) });
      } catch (error) {
        if (!isEngineError(error, 'NotFound')) throw error;
      }
    }
    return aged;
  }

  /**
   * By id and without force, so that it is the engine who says whether a container came to use it. That needs names in one
   * repository, so the marks go before; an image whose plugin is killed in between is never removed.
   */
  private async remove({ Id, names, ownBytes }: Removable): Promise<boolean> {
    const { engine, logger } = this.tools;
    const [first = ''] = names.ours;
    const before = [...names.ours.filter((name) => repositoryOf(name) !== repositoryOf(first)), ...names.marks.map((mark) => `${MARK_REPOSITORY}:${mark}`)];
    try {
      for (const name of [...before, Id]) await engine.removeImage(name);
    } catch (error) {
      await Promise.allSettled(before.filter((name) => !name.includes('@')).map((name) => this.nameAgain(Id, name)));
      if (!isEngineError(error, 'Conflict')) throw error;
      return false;
    }
    logger.info('an image that nobody uses is removed', { image: first === '' ? Id : first, bytes: ownBytes });
    return true;
  }

  private nameAgain(imageId: string, name: string): Promise<void> {
    const colon = name.lastIndexOf(':');
    return this.tools.engine.tagImage(imageId, name.slice(0, colon), name.slice(colon + 1));
  }

  /** Once, until something else is the case. */
  private say(message: string, fields: Readonly<Record<string, number>>): void {
    if (this.said !== message) this.tools.logger.warn(message, fields);
    this.said = message;
  }
}

function isNamed({ RepoTags, RepoDigests }: Pick<ImageSummary, 'RepoTags' | 'RepoDigests'>, names: ReadonlySet<string>): boolean {
  return [...canonicalNames([...RepoTags, ...RepoDigests])].some((name) => names.has(name));
}

/** Without names that none can have. */
function canonicalNames(references: Iterable<string>): Set<string> {
  return new Set(
    [...references].flatMap((reference) => {
      try {
        return [canonicalImage(reference)];
      } catch (error) {
        if (error instanceof InvalidImageName) return [];
        throw error;
      }
    }),
  );
}
