import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import { type JournalEntry, keyOf, parseJournal, toLine } from './entries.js';
import { JournalFile } from './journal-file.js';

/** Beyond this the file is rewritten with what it still holds. */
const LARGE_BYTES = 256 * 1024;
/** Of each kind; the oldest beyond it is forgotten. */
const MOST_ENTRIES = { delete: 10_000, endedFromOutside: 1_000 } as const satisfies Record<JournalEntry['kind'], number>;

/** The few facts that must outlive this process and that the engine cannot hold. Calls never reject. */
export interface Journal {
  /** False when the facts live in memory only. */
  readonly isDurable: boolean;
  /** Resolves when the entry is on disk, or known to be in memory only. */
  add(entry: JournalEntry): Promise<void>;
  /** The thing that `entry` is about is carried out, or gone. */
  done(entry: JournalEntry): Promise<void>;
  /** Oldest first. */
  entries(): readonly JournalEntry[];
  close(): Promise<void>;
}

/**
 * Opens `dataDir`/journal, made where it is missing (directory 0700, file 0600). Without a directory, or with one that
 * cannot be written to, the journal lives in memory, and the log says so once.
 */
export async function openJournal(dataDir: string | undefined, logger: Logger): Promise<Journal> {
  if (dataDir === undefined) {
    logger.warn('no DataDir: deletes that the engine could not take are forgotten when the plugin stops');
    return new JournalOfChanges(undefined, new Map(), logger);
  }
  try {
    const { file, text } = await JournalFile.open(dataDir);
    const entries = parseJournal(text);
    // A torn last line would swallow the next entry, so an appendable file is made first; it also shows a full disk now.
    await file.replace(textOf(entries));
    return new JournalOfChanges(file, entries, logger);
  } catch (error) {
    logger.warn('DataDir cannot be written to: deletes that the engine could not take are forgotten when the plugin stops', {
      dataDir,
      reason: messageOf(error),
    });
    return new JournalOfChanges(undefined, new Map(), logger);
  }
}

class JournalOfChanges implements Journal {
  private writing: Promise<void> = Promise.resolve();
  /** After a failed write the file's end is unknown: it is replaced as a whole before anything is added. */
  private isBroken = false;

  constructor(
    private readonly file: JournalFile | undefined,
    private readonly known: Map<string, JournalEntry>,
    private readonly logger: Logger,
  ) {}

  get isDurable(): boolean {
    return this.file !== undefined && !this.isBroken;
  }

  entries(): readonly JournalEntry[] {
    return [...this.known.values()];
  }

  add(entry: JournalEntry): Promise<void> {
    this.known.set(keyOf(entry), entry);
    this.forgetOldest(entry.kind);
    return this.write(toLine(entry));
  }

  done(entry: JournalEntry): Promise<void> {
    const key = keyOf(entry);
    const known = this.known.get(key);
    if (known === undefined || isNewer(known, entry)) return this.writing;
    this.known.delete(key);
    return this.write(toLine({ done: key }));
  }

  async close(): Promise<void> {
    await this.writing;
    await this.file?.close();
  }

  private write(line: string): Promise<void> {
    const { file } = this;
    if (file !== undefined) this.writing = this.writing.then(() => this.writeTo(file, line));
    return this.writing;
  }

  private async writeTo(file: JournalFile, line: string): Promise<void> {
    try {
      const isEmptied = this.known.size === 0 && file.sizeBytes > 0;
      if (this.isBroken || isEmptied || file.sizeBytes > this.largeBytes()) await file.replace(textOf(this.known));
      else await file.append(line);
      if (this.isBroken) this.logger.info('the journal in DataDir is written again');
      this.isBroken = false;
    } catch (error) {
      if (!this.isBroken) this.logger.error('the journal in DataDir cannot be written; its entries live in memory', { reason: messageOf(error) });
      this.isBroken = true;
    }
  }

  /** Twice what a rewriting would leave, so that a full journal is not rewritten at every entry. */
  private largeBytes(): number {
    return Math.max(LARGE_BYTES, this.known.size * 512);
  }

  private forgetOldest(kind: JournalEntry['kind']): void {
    const sameKind = [...this.known.entries()].filter(([, entry]) => entry.kind === kind);
    const [oldest] = sameKind;
    if (oldest === undefined || sameKind.length <= MOST_ENTRIES[kind]) return;
    this.known.delete(oldest[0]);
    this.logger.error('the journal is full: its oldest entry is forgotten', { entry: oldest[0] });
  }
}

/** A delete that was noted again while the older note was carried out must stay. */
function isNewer(known: JournalEntry, entry: JournalEntry): boolean {
  return known.kind === 'delete' && entry.kind === 'delete' && known.at > entry.at;
}

function textOf(entries: ReadonlyMap<string, JournalEntry>): string {
  return [...entries.values()].map(toLine).join('');
}
