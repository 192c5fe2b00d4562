import type { Piece } from './pieces.js';

/** Messages of one instant and one size, one after the other: the parts of a long line are alike. */
interface Run {
  readonly stamp: string;
  readonly bytes: number;
  count: number;
}

/** Enough to tell a place from any other. */
const KEPT_RUNS = 16;

/** Where in a log a reading stands: its newest messages. Feed it every piece, with stamps. */
export class LogPlace {
  private readonly runs: Run[] = [];
  private open: { readonly stamp: string; bytes: number } | undefined;
  private isCut = false;

  note({ stamp, text }: Piece): void {
    if (stamp !== undefined) {
      this.close();
      this.open = { stamp, bytes: 0 };
    }
    if (this.open !== undefined) this.open.bytes += text.length;
  }

  /** The message under way is whole: another one begins, or the reading has ended. */
  close(): void {
    if (this.open === undefined) return;
    const { stamp, bytes } = this.open;
    this.open = undefined;
    const last = this.runs.at(-1);
    if (last?.stamp === stamp && last.bytes === bytes) {
      last.count++;
      return;
    }
    this.runs.push({ stamp, bytes, count: 1 });
    if (this.runs.length > KEPT_RUNS) {
      this.runs.shift();
      this.isCut = true;
    }
  }

  /** What was before is of no use any more. */
  forget(): void {
    this.runs.length = 0;
    this.isCut = false;
  }

  /** Of the newest message that is whole; `undefined`: there was none. */
  get stamp(): string | undefined {
    return this.runs.at(-1)?.stamp;
  }

  /**
   * Whether both stand at the same place.
   * @param beginsLater the other reading may have begun within what this one has seen: what it has not, does not count
   */
  isAt(other: LogPlace, beginsLater: boolean): boolean {
    for (let back = 1; back <= this.runs.length; back++) {
      const [mine, its] = [this.runs.at(-back), other.runs.at(-back)];
      if (mine === undefined || its === undefined) return beginsLater && back > 1;
      if (mine.stamp !== its.stamp || mine.bytes !== its.bytes) return false;
      // The oldest run of either may have begun before its reading did.
      const mayBeCut = back > 1 && (back === this.runs.length || (back === other.runs.length && !other.isCut));
      if (mine.count !== its.count && !mayBeCut) return false;
    }
    return this.runs.length > 0;
  }
}
