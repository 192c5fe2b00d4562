import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import { type JournalEntry, keyOf, parseJournal, toLine } from './entries.js';
import { JournalFile } from './journal-file.js';

/** Beyond this the file is rewritten with what it still holds. */
const LARGE_BYTES = 256 * 1024;
/** Of each kind; the oldest beyond it is forgotten. */
const MOST_ENTRIES = { delete: 10_000, deleted: 10_000, endedFromOutside: 1_000, stoppedForHealth: 1_000, evicted: 10_000 } as const satisfies Record<JournalEntry['kind'], number>;

/** The few facts that must outlive this process and that the engine cannot hold. Calls never reject. */
export interface Journal {
  /** False when the facts live in memory only. */
  readonly isDurable: boolean;
  /** Resolves when the entry is on disk, or known to be in memory only. */
  add(entry: JournalEntry): Promise<void>;
  /** The thing that `entry` is about is carried out, or gone. */
  done(entry: JournalEntry): Promise<void>;
  /** Tries to get on disk what could not be written; without need it does nothing. */
  mend(): Promise<void>;
  /** Oldest first. */
  entries(): readonly JournalEntry[];
  close(): Promise<void>;
}

/**
 * Opens `dataDir`/journal, made where it is missing (directory 0700, file 0600). Without a directory, or with one that
 * cannot be written to, the journal lives in memory, and the log says so once.
 */
export async function openJournal(dataDir: string | undefined, logger: Logger): Promise<Journal> {
  const journal = new JournalOfChanges(dataDir, logger);
  if (dataDir === undefined) logger.warn('no DataDir: deletes that the engine could not take are forgotten when the plugin stops');
  else await journal.open();
  return journal;
}

class JournalOfChanges implements Journal {
  private readonly known = new Map<string, JournalEntry>();
  private writing: Promise<void> = Promise.resolve();
  private file: JournalFile | undefined;
  /** After a failed write the file's end is unknown: it is replaced as a whole before anything is added. */
  private isBroken = false;

  constructor(
    private readonly dataDir: string | undefined,
    private readonly logger: Logger,
  ) {}

  async open(): Promise<void> {
    try {
      await this.renew();
    } catch (error) {
      this.isBroken = true;
      this.logger.warn('DataDir cannot be written to: deletes that the engine could not take are forgotten when the plugin stops', { dataDir: this.dataDir, reason: messageOf(error) });
    }
  }

  get isDurable(): boolean {
    return this.file !== undefined && !this.isBroken;
  }

  entries(): readonly JournalEntry[] {
    return [...this.known.values()];
  }

  add(entry: JournalEntry): Promise<void> {
    this.known.delete(keyOf(entry)); // it is the newest now
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

  mend(): Promise<void> {
    return this.isBroken ? this.write('') : this.writing;
  }

  async close(): Promise<void> {
    await this.writing;
    await this.file?.close();
  }

  private write(line: string): Promise<void> {
    if (this.dataDir !== undefined) this.writing = this.writing.then(() => this.writeNow(line));
    return this.writing;
  }

  private async writeNow(line: string): Promise<void> {
    const { file } = this;
    try {
      if (file === undefined || this.isBroken || this.isWorthRewriting(file)) await this.renew();
      else await file.append(line);
      if (this.isBroken) this.logger.info('the journal in DataDir is written again');
      this.isBroken = false;
    } catch (error) {
      if (!this.isBroken) this.logger.error('the journal in DataDir cannot be written; its entries live in memory', { reason: messageOf(error) });
      this.isBroken = true;
    }
  }

  /** Makes the file anew of what is known and of what a file that is opened now still holds. A torn last line would swallow the next entry. */
  private async renew(): Promise<void> {
    if (this.file === undefined && this.dataDir !== undefined) {
      const { file, text } = await JournalFile.open(this.dataDir);
      this.file = file;
      const newer = [...this.known];
      this.known.clear();
      for (const [key, entry] of [...parseJournal(text), ...newer]) this.known.set(key, entry);
    }
    await this.file?.replace(textOf(this.known));
  }

  private isWorthRewriting({ sizeBytes }: JournalFile): boolean {
    return sizeBytes > (this.known.size === 0 ? 0 : this.largeBytes());
  }

  /** Twice what a rewriting would leave, so that a full journal is not rewritten at every entry. */
  private largeBytes(): number {
    return Math.max(LARGE_BYTES, this.known.size * 512);
  }

  private forgetOldest(kind: JournalEntry['kind']): void {
    if (this.known.size <= MOST_ENTRIES[kind]) return; // without a look at each, which every entry would pay for
    const sameKind = [...this.known.entries()].filter(([, entry]) => entry.kind === kind);
    const [oldest] = sameKind;
    if (oldest === undefined || sameKind.length <= MOST_ENTRIES[kind]) return;
    this.known.delete(oldest[0]);
    // That is only for a late create.
    if (kind === 'deleted') return;
    this.logger.error('the journal is full: its oldest entry is forgotten', { entry: oldest[0] });
  }
}

/** A delete that was noted again while the older note was carried out must stay. */
function isNewer(known: JournalEntry, entry: JournalEntry): boolean {
  return 'at' in known && 'at' in entry && known.at > entry.at;
}

function textOf(entries: ReadonlyMap<string, JournalEntry>): string {
  return [...entries.values()].map(toLine).join('');
}
