import type { PieceFilter } from './piece-filter.js';
import { NEWLINE, type Piece } from './pieces.js';
import type { TailPlan } from './tail-plan.js';

/** Lets through what a plan wants of a second reading. */
export class TailGate implements PieceFilter {
  /** `undefined` while the plan's place is still looked for. */
  private located: boolean | undefined;
  private readonly settling = Promise.withResolvers<boolean>();
  /** The anchor's own line does not count. */
  private atLineStart: boolean;
  private counting: boolean;
  private seenMessages = 0;
  private lines = 0;
  private leftBytes: number;

  constructor(
    private readonly plan: TailPlan,
    /** Messages in front of the plan's that were asked for as well. */
    private readonly margin: number,
    follow: boolean,
  ) {
    this.leftBytes = follow ? Infinity : plan.textBytes;
    if (plan.anchor === undefined) this.settle(true);
    this.atLineStart = plan.anchor === undefined;
    this.counting = plan.anchor === undefined;
  }

  /** Whether the plan's place is in this reading. */
  get settled(): Promise<boolean> {
    return this.settling.promise;
  }

  /** The reading has ended. */
  finish(): readonly Piece[] {
    if (this.located === undefined) this.settle(false);
    return [];
  }

  private settle(isFound: boolean): void {
    this.located = isFound;
    this.settling.resolve(isFound);
  }

  /** All that was there when the log was measured has passed. Never with follow. */
  get isDone(): boolean {
    return this.leftBytes <= 0;
  }

  /** The part of `piece` that belongs to the wanted lines. */
  pass(piece: Piece): readonly Piece[] {
    if (this.located !== true && !this.locate(piece)) return [];
    if (piece.stamp !== undefined && this.atLineStart) {
      this.counting = true;
      this.lines++;
    }
    if (piece.text.length > 0) this.atLineStart = piece.text.at(-1) === NEWLINE;
    if (!this.counting || this.isDone) return [];
    const text = piece.text.length <= this.leftBytes ? piece.text : piece.text.subarray(0, this.leftBytes);
    this.leftBytes -= text.length;
    if (this.lines <= this.plan.skipLines) return [];
    return [piece.stamp === undefined ? { text } : { stamp: piece.stamp, text }];
  }

  private locate(piece: Piece): boolean {
    const { anchor } = this.plan;
    if (piece.stamp === undefined || anchor === undefined || this.located === false) return false;
    this.seenMessages++;
    if (piece.stamp === anchor.stamp && (anchor.text === undefined || piece.text.equals(anchor.text))) {
      this.settle(true);
      return true;
    }
    // What was written since the measuring only moves the anchor nearer to the beginning of the reading.
    if (this.seenMessages > this.margin) this.settle(false);
    return false;
  }
}
