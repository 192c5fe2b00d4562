import type { PodVolume } from '../record/index.js';
import { digestOfEntries, type VolumeEntry } from './files-layout.js';

/** What a volume holds before any container runs. What is not said to be another's belongs to root. */
export interface VolumeContent {
  /** Permission bits of the volume itself. */
  readonly directoryMode: number;
  /** Group of everything in it. Default 0. */
  readonly gid?: number;
  /** Empty for an emptyDir. */
  readonly entries: readonly VolumeEntry[];
}

/** A volume, or a part of one, as it goes on record; with its files, where it is filled from here. */
export interface PlannedVolume {
  readonly volume: PodVolume;
  readonly content?: VolumeContent;
}

/** SHA-256 in hexadecimal over the files written into a volume; `undefined` where none are. */
export function digestOf({ entries }: VolumeContent): string | undefined {
  return entries.length === 0 ? undefined : digestOfEntries(entries);
}
