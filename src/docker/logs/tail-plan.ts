import { NEWLINE, type Piece } from './pieces.js';

/**
 * Where the last n lines of a log begin. The engine's `tail` counts messages, of which a line over 16 KiB has several, so
 * one reading measures and a second one, which may find more written meanwhile, is cut by this plan.
 */
export interface TailPlan {
  /** Messages the measuring asked for; absent: the log's beginning was reached. */
  readonly messages?: number;
  /** First of these messages, to be found again; the lines that begin after it count. Absent: from the beginning. */
  readonly anchor?: { readonly stamp: string; readonly text: Buffer | undefined };
  /** Counted lines before the first wanted one. */
  readonly skipLines: number;
  /** Bytes from the first counted line to the end of the log as measured. */
  readonly textBytes: number;
}

/** What a reading of the newest messages showed. Feed it pieces with stamps. */
export class TailSurvey {
  private messages = 0;
  private linesAfterFirst = 0;
  private bytesBefore = 0;
  private bytesAfter = 0;
  private atLineStart = true;
  private first: Piece | undefined;

  constructor(
    private readonly wantedLines: number,
    /** Messages asked for; `undefined`: all. */
    private readonly asked: number | undefined,
    /** Whether a piece is a whole message, so that its text helps to find it again. */
    private readonly wholeMessages: boolean,
  ) {}

  add(piece: Piece): void {
    if (piece.stamp !== undefined) {
      this.messages++;
      this.first ??= piece;
      if (this.messages > 1 && this.atLineStart) this.linesAfterFirst++;
    }
    if (this.linesAfterFirst > 0) this.bytesAfter += piece.text.length;
    else this.bytesBefore += piece.text.length;
    if (piece.text.length > 0) this.atLineStart = piece.text.at(-1) === NEWLINE;
  }

  /** The plan, or how many messages to ask for instead. */
  conclude(): TailPlan | { readonly askFor: number } {
    const { asked, first, wantedLines } = this;
    // Fewer messages than asked for: the first of them begins the log (or the time asked for), so it begins a line.
    if (asked === undefined || this.messages < asked || first?.stamp === undefined) return this.wholePlan();
    if (this.linesAfterFirst < wantedLines) return { askFor: this.nextAsk(asked) };
    return {
      messages: asked,
      anchor: { stamp: first.stamp, text: this.wholeMessages ? first.text : undefined },
      skipLines: this.linesAfterFirst - wantedLines,
      textBytes: this.bytesAfter,
    };
  }

  private wholePlan(): TailPlan {
    const lines = this.linesAfterFirst + (this.messages > 0 ? 1 : 0);
    return { skipLines: Math.max(lines - this.wantedLines, 0), textBytes: this.bytesBefore + this.bytesAfter };
  }

  private nextAsk(asked: number): number {
    const perLine = asked / Math.max(this.linesAfterFirst, 1);
    return Math.ceil(Math.max(asked * 2, Math.min(perLine * this.wantedLines * 1.5, asked * 64)));
  }
}
