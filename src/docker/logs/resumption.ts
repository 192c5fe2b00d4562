import { LogPlace } from './place.js';
import type { PieceFilter } from './piece-filter.js';
import type { Piece } from './pieces.js';

/** Messages of two streams may stand in a log in another order than their stamps, but not far from it. */
const OUT_OF_ORDER = 64;

/**
 * Lets through what of a new reading lies behind the place where the last one ended.
 * A reading by `tail` is `found` or not; one from a time on finds the place, or what was written since is not all there: `gap`.
 */
export class Resumption implements PieceFilter {
  private readonly read = new LogPlace();
  private readonly held: Piece[] = [];
  private heldMessages = 0;
  private state: 'searching' | 'found' | 'gap' = 'searching';

  constructor(
    private readonly from: LogPlace,
    /** When the reading's messages begin, in ms; absent: it has the newest ones, so many of them. */
    private readonly since?: number,
  ) {}

  readonly isDone = false;

  /** Whether the place was in this reading, as far as it has come. */
  get isFound(): boolean {
    return this.state === 'found';
  }

  /** Whether something between the place and this reading is lost. */
  get hasGap(): boolean {
    return this.state === 'gap';
  }

  /** What of the piece, and of those before it, is new. */
  pass(piece: Piece): readonly Piece[] {
    if (this.state !== 'searching') return [piece];
    if (piece.stamp !== undefined && this.look()) return [piece];
    this.read.note(piece);
    return this.since === undefined ? [] : this.hold(piece);
  }

  /** The reading has ended. @returns what is new beside what was let through */
  finish(): readonly Piece[] {
    if (this.state !== 'searching' || this.look() || this.since === undefined) return [];
    return this.giveUp();
  }

  private look(): boolean {
    this.read.close();
    if (!this.from.isAt(this.read, this.since)) return false;
    this.state = 'found';
    this.held.length = 0;
    return true;
  }

  /** What is later than the place is new, should the place not be found. */
  private hold(piece: Piece): readonly Piece[] {
    const isNew = piece.stamp === undefined ? this.heldMessages > 0 : piece.stamp > (this.from.stamp ?? '');
    if (!isNew) return [];
    this.held.push(piece);
    if (piece.stamp !== undefined) this.heldMessages++;
    return this.heldMessages > OUT_OF_ORDER ? this.giveUp() : [];
  }

  private giveUp(): readonly Piece[] {
    this.state = 'gap';
    return this.held.splice(0);
  }
}
