import { NEWLINE, type Piece } from './pieces.js';

/** Writes pieces as the kubelet writes a log: one stamp before each line, and no byte over the limit. */
export class LineWriter {
  private atLineStart = true;
  private leftBytes: number;

  constructor(
    private readonly timestamps: boolean,
    limitBytes = Infinity,
  ) {
    this.leftBytes = limitBytes;
  }

  /** Nothing was written yet, or a whole line. */
  get isAtLineStart(): boolean {
    return this.atLineStart;
  }

  /** The limit is reached: nothing more will be written. */
  get isFull(): boolean {
    return this.leftBytes <= 0;
  }

  write(piece: Piece, out: Buffer[]): void {
    if (piece.stamp !== undefined && this.timestamps && this.atLineStart) {
      this.put(Buffer.from(`${piece.stamp} `, 'latin1'), out);
      this.atLineStart = false;
    }
    if (piece.text.length === 0) return;
    this.put(piece.text, out);
    this.atLineStart = piece.text.at(-1) === NEWLINE;
  }

  private put(bytes: Buffer, out: Buffer[]): void {
    if (this.isFull) return;
    const fitting = bytes.length <= this.leftBytes ? bytes : bytes.subarray(0, this.leftBytes);
    this.leftBytes -= fitting.length;
    out.push(fitting);
  }
}
