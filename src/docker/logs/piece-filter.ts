import type { Piece } from './pieces.js';

/** Which pieces of a reading are wanted. */
export interface PieceFilter {
  /** Of a piece, and of those held back before it, what is wanted. */
  pass(piece: Piece): readonly Piece[];
  /** The reading has ended. @returns what was held back and is wanted */
  finish(): readonly Piece[];
  /** Nothing that is still to come is wanted. */
  readonly isDone: boolean;
}

export const EVERYTHING: PieceFilter = { pass: (piece) => [piece], finish: () => [], isDone: false };
/** Of a reading that only shows where the log stands. */
export const NOTHING: PieceFilter = { pass: () => [], finish: () => [], isDone: false };
