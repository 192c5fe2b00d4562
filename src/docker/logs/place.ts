import { MESSAGE_BYTES, type Piece } from './pieces.js';

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
   * Whether another reading stands at the same place.
   * @param since when its messages begin, in ms; absent: it has the newest messages, so many of them
   */
  isAt(other: LogPlace, since?: number): boolean {
    for (let back = 1; back <= this.runs.length; back++) {
      const [mine, its] = [this.runs.at(-back), other.runs.at(-back)];
      if (mine === undefined || its === undefined) return since !== undefined && back > 1;
      if (mine.stamp !== its.stamp || mine.bytes !== its.bytes) return false;
      const mayBeCut = back === other.runs.length && !other.isCut && this.couldBeCut(mine, since, back);
      if (back === 1 ? mine.count !== its.count || mayBeCut : mine.count !== its.count && !mayBeCut && back < this.runs.length) return false;
    }
    return this.runs.length > 0;
  }

  /** Whether a reading may begin among parts of one line that are alike, so that counting them does not tell which they are. */
  private couldBeCut({ bytes }: Run, since: number | undefined, back: number): boolean {
    if (since === undefined) return true;
    const before = this.runs.at(-back - 1);
    // What came before is not there any more, though it was written since.
    return bytes >= MESSAGE_BYTES && before !== undefined && Date.parse(before.stamp) >= since;
  }
}
