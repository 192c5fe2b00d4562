import type { FrameSplitter } from '../../engine/index.js';

/**
 * A part of the engine's log. The engine writes a message for each line, and several for a line over 16 KiB; where time
 * stamps were asked for, each message begins with one.
 */
export interface Piece {
  /** Present where this piece begins a message: RFC 3339 with nanoseconds, without the space behind it. */
  readonly stamp?: string;
  readonly text: Buffer;
}

/** Cuts what the engine sends into pieces. `flush` gives what was held back at the end; it throws where that is not whole. */
export interface PieceSplitter {
  split(chunk: Buffer): readonly Piece[];
  flush(): readonly Piece[];
}

const SPACE = 0x20;
export const NEWLINE = 0x0a;
/** Longer than any RFC 3339 time. */
const LONGEST_STAMP_BYTES = 64;
/** Bytes of a line after which the engine begins another message. */
export const MESSAGE_BYTES = 16 * 1024;
const NONE = Buffer.alloc(0);

/** What takes a multiplexed stream apart. */
type Frames = Pick<FrameSplitter, 'split' | 'end'>;

/** A terminal's log without time stamps: content as it is. */
export class PlainPieces implements PieceSplitter {
  split(chunk: Buffer): readonly Piece[] {
    return [{ text: chunk }];
  }

  flush(): readonly Piece[] {
    return [];
  }
}

/** Multiplexed log without time stamps. */
export class FramedPieces implements PieceSplitter {
  constructor(private readonly frames: Frames) {}

  split(chunk: Buffer): readonly Piece[] {
    return this.frames.split(chunk).map((frame) => ({ text: frame.chunk }));
  }

  flush(): readonly Piece[] {
    this.frames.end();
    return [];
  }
}

/** Multiplexed log with time stamps: a frame is a message. */
export class StampedFrames implements PieceSplitter {
  constructor(private readonly frames: Frames) {}

  split(chunk: Buffer): readonly Piece[] {
    return this.frames.split(chunk).map((frame) => stampedPiece(frame.chunk));
  }

  flush(): readonly Piece[] {
    this.frames.end();
    return [];
  }
}

function stampedPiece(message: Buffer): Piece {
  const end = message.subarray(0, LONGEST_STAMP_BYTES).indexOf(SPACE);
  if (end < 0) return { text: message };
  return { stamp: message.toString('latin1', 0, end), text: message.subarray(end + 1) };
}

/**
 * A terminal's log with time stamps has no frames: stamps stand in the text. One begins every line; within a line the
 * same stamp comes again, at the earliest after 16 KiB (the json-file driver makes three bytes of one that is not UTF-8,
 * so it can be later).
 */
export class TerminalPieces implements PieceSplitter {
  private held: Buffer = NONE;
  private stamp: string | undefined;
  private messageBytes = 0;

  split(chunk: Buffer): readonly Piece[] {
    const pieces: Piece[] = [];
    let rest = this.held.length > 0 ? Buffer.concat([this.held, chunk]) : chunk;
    this.held = NONE;
    while (rest.length > 0) {
      const taken = this.stamp === undefined ? this.takeStamp(rest, pieces) : this.takeText(rest, this.stamp, pieces);
      if (taken === undefined) break;
      rest = rest.subarray(taken);
    }
    this.held = rest;
    return pieces;
  }

  flush(): readonly Piece[] {
    const text = this.held;
    this.held = NONE;
    return text.length > 0 ? [{ text }] : [];
  }

  /** @returns bytes taken; `undefined` when the stamp has not come wholly. */
  private takeStamp(rest: Buffer, pieces: Piece[]): number | undefined {
    const end = rest.subarray(0, LONGEST_STAMP_BYTES).indexOf(SPACE);
    if (end < 0 && rest.length < LONGEST_STAMP_BYTES) return undefined;
    this.stamp = rest.toString('latin1', 0, Math.max(end, 0));
    this.messageBytes = 0;
    if (end > 0) pieces.push({ stamp: this.stamp, text: NONE });
    return end + 1;
  }

  /** @returns bytes taken; `undefined` when all that is left may be the beginning of a stamp. */
  private takeText(rest: Buffer, stamp: string, pieces: Piece[]): number | undefined {
    const newline = rest.indexOf(NEWLINE);
    const line = newline < 0 ? rest : rest.subarray(0, newline + 1);
    const repeated = this.findRepeated(line, stamp);
    const text = line.subarray(0, repeated.at);
    this.messageBytes += text.length;
    if (text.length > 0) pieces.push({ text });
    if (repeated.isWhole) {
      this.messageBytes = 0;
      pieces.push({ stamp, text: NONE });
      return repeated.at + stamp.length + 1;
    }
    if (repeated.at === line.length && newline >= 0) this.stamp = undefined;
    return text.length > 0 ? text.length : undefined;
  }

  /** Where the line's stamp comes again in `line`, wholly or (at its end) in part; its length where it does not. */
  private findRepeated(line: Buffer, stamp: string): { readonly at: number; readonly isWhole: boolean } {
    const from = MESSAGE_BYTES - this.messageBytes;
    if (stamp === '' || line.length <= from) return { at: line.length, isWhole: false };
    const needle = Buffer.from(`${stamp} `, 'latin1');
    const whole = line.indexOf(needle, Math.max(from, 0));
    if (whole >= 0) return { at: whole, isWhole: true };
    for (let at = Math.max(from, line.length - needle.length + 1, 0); at < line.length; at++) {
      if (needle.subarray(0, line.length - at).equals(line.subarray(at))) return { at, isWhole: false };
    }
    return { at: line.length, isWhole: false };
  }
}
