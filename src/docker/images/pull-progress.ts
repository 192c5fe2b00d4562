import type { PullLine } from '../../engine/index.js';

/** The engine fetches few layers at once; these have not had their turn. */
const QUEUED = 'Waiting';
const DONE = ['Already exists', 'Pull complete'];
/** What is said of a layer; other lines with an id are about the image. */
const LAYER_STATUS = /^(Pulling fs layer|Waiting|Downloading|Verifying Checksum|Download complete|Extracting|Pull complete|Already exists|Retrying in)/;
const BYTES_PER_MB = 1e6;

/** How far one pull is, from the engine's lines. */
export class PullProgress {
  private readonly layers = new Map<string, string>();
  private readonly downloaded = new Map<string, number>();

  note({ id, status, current, total }: PullLine): void {
    if (id === undefined || !LAYER_STATUS.test(status)) return;
    this.layers.set(id, status);
    if (status === 'Downloading' && current !== undefined) this.downloaded.set(id, current);
    // The last line of a download is left out where it would come too soon after the one before.
    if (status === 'Extracting' && total !== undefined) this.downloaded.set(id, total);
  }

  /** True while all that is left of it waits for the engine, which fetches other images' layers first. */
  get isQueued(): boolean {
    const left = [...this.layers.values()].filter((status) => !DONE.includes(status) && status !== 'Download complete');
    return left.length > 0 && left.every((status) => status === QUEUED);
  }

  /** For people: `2 of 5 layers, 12.3 MB`. Words of the engine and numbers, nothing of the registry's. */
  get text(): string {
    if (this.layers.size === 0) return 'the registry is asked';
    const statuses = [...this.layers.values()];
    const done = statuses.filter((status) => DONE.includes(status)).length;
    const bytes = [...this.downloaded.values()].reduce((sum, size) => sum + size, 0);
    const retry = statuses.find((status) => status.startsWith('Retrying'));
    return [`${done} of ${statuses.length} layers`, `${(bytes / BYTES_PER_MB).toFixed(1)} MB downloaded`, ...(retry === undefined ? [] : [retry.toLowerCase()])].join(', ');
  }
}
