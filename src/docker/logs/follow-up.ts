import type { LineWriter } from './line-writer.js';
import type { PieceFilter } from './piece-filter.js';
import type { Piece } from './pieces.js';
import type { LogPlace } from './place.js';
import { Resumption } from './resumption.js';

/** What of a later reading is new, and says so where something between is lost. Moves the place on. */
export class FollowUp implements PieceFilter {
  readonly isDone = false;
  /** Messages that were new. */
  messages = 0;
  private readonly resumption: Resumption;
  private readonly lastSeen: string;
  private isTold = false;

  constructor(
    private readonly place: LogPlace,
    private readonly writer: LineWriter,
    /** When the reading's messages begin, in ms; absent: it has the newest ones. */
    since?: number,
  ) {
    this.lastSeen = place.stamp ?? '';
    this.resumption = new Resumption(place, since);
  }

  /** Whether all that is new has come: the place where the reading before ended was there, or is lost. */
  get isSettled(): boolean {
    return this.resumption.isFound || this.resumption.hasGap;
  }

  pass(piece: Piece): readonly Piece[] {
    return this.noted(this.resumption.pass(piece));
  }

  finish(): readonly Piece[] {
    const rest = this.noted(this.resumption.finish());
    this.place.close();
    return rest;
  }

  private noted(pieces: readonly Piece[]): readonly Piece[] {
    const isGap = this.resumption.hasGap && !this.isTold;
    if (isGap) this.place.forget();
    for (const piece of pieces) {
      if (piece.stamp !== undefined) this.messages++;
      this.place.note(piece);
    }
    if (!isGap) return pieces;
    this.isTold = true;
    return [this.notice(pieces[0]?.stamp), ...pieces];
  }

  private notice(stamp: string | undefined): Piece {
    const until = stamp === undefined ? '' : ` and ${stamp}`;
    const words = `[interlink-docker: lines are missing here: what was written between ${this.lastSeen}${until} was lost to the rotation of the log before it was read]\n`;
    return { ...(stamp !== undefined && { stamp }), text: Buffer.from(this.writer.isAtLineStart ? words : `\n${words}`) };
  }
}
