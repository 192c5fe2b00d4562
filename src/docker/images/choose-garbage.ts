import type { ImageUsage, ImageUsageRow } from '../../engine/index.js';
import type { ImageCollection } from '../node/index.js';
import { type NamesOfImage, sortNames } from './marks.js';

/** How full that is what images lie on. */
export interface Fill {
  readonly capacityBytes: number;
  readonly usedBytes: number;
}

/** An image that may go. */
export interface Removable extends ImageUsageRow {
  readonly names: NamesOfImage;
}

/** Whether images have to go. */
export function isOverfull({ capacityBytes, usedBytes }: Fill, { highPercent }: ImageCollection): boolean {
  return usedBytes * 100 >= capacityBytes * highPercent;
}

/** Bytes that have to go, once it has begun. */
export function excessBytes({ capacityBytes, usedBytes }: Fill, { lowPercent }: ImageCollection): number {
  return Math.max(usedBytes - Math.floor((capacityBytes * lowPercent) / 100), 0);
}

/** Images that the plugin of this node brought here, that have no name of anybody else's, and that no container is made of. */
export function removableOf({ images }: ImageUsage, node: string): Removable[] {
  return images
    .filter(({ containers }) => containers === 0)
    .map((image) => ({ ...image, names: sortNames(node, image) }))
    .filter(({ names }) => names.marks.length > 0 && names.others.length === 0);
}

/** The longest unused first, without what was used after `unusedSince`. */
export function oldestFirst<T extends { readonly lastUsedAt: Date }>(images: readonly T[], unusedSince: Date): T[] {
  return images.filter(({ lastUsedAt }) => lastUsedAt <= unusedSince).sort((a, b) => a.lastUsedAt.getTime() - b.lastUsedAt.getTime());
}
