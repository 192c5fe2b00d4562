/** A delete that has not been carried out to its end. */
export interface PendingDelete {
  readonly kind: 'delete';
  readonly podUid: string;
  readonly graceSeconds: number;
  /** RFC 3339; when the delete came. */
  readonly at: string;
}

/** An attempt that ended by a signal which nobody here sent; the engine forgets that. */
export interface EndedFromOutside {
  readonly kind: 'endedFromOutside';
  readonly containerId: string;
  /** Signal number. */
  readonly signal: number;
}

/** A delete that has been carried out, or that came for a UID nobody had heard of: its create may come yet, and is refused. */
export interface PastDelete {
  readonly kind: 'deleted';
  readonly podUid: string;
  /** Whether there was a pod to delete. */
  readonly wasHere: boolean;
  /** RFC 3339; when it was carried out, or came. */
  readonly at: string;
}

/** An attempt that is stopped because a probe or a hook of it failed: however it ends by then, it has not done its work. */
export interface StoppedForHealth {
  readonly kind: 'stoppedForHealth';
  readonly containerId: string;
  /** RFC 3339; if it ends later, it was not by this stop. */
  readonly until: string;
}

/** A pod that its node has ended for good. The engine keeps its containers, and nothing there says that none is to be started again. */
export interface Evicted {
  readonly kind: 'evicted';
  readonly podUid: string;
  /** Why, for the cluster. */
  readonly message: string;
  readonly graceSeconds: number;
  /** RFC 3339; what ended before it, ended by itself. */
  readonly at: string;
}

export type JournalEntry = PendingDelete | PastDelete | EndedFromOutside | StoppedForHealth | Evicted;

/** Entries with the same key are about the same thing: the newer one replaces the older. */
export function keyOf(entry: JournalEntry): string {
  if ('containerId' in entry) return `${entry.kind} ${entry.containerId}`;
  return `${entry.kind === 'evicted' ? 'evicted' : 'delete'} ${entry.podUid}`;
}

/** One line of the file: an entry, or that the thing with this key is done. */
export function toLine(change: JournalEntry | { readonly done: string }): string {
  return `${JSON.stringify(change)}\n`;
}

/**
 * What a journal's text still holds, in order. A line that is not whole (the last one after a crash) or not understood is
 * left out.
 */
export function parseJournal(text: string): Map<string, JournalEntry> {
  const entries = new Map<string, JournalEntry>();
  // What follows the last newline was not written wholly.
  for (const line of text.split('\n').slice(0, -1)) {
    const change = parseLine(line);
    if (change === undefined) continue;
    if ('done' in change) entries.delete(change.done);
    else entries.set(keyOf(change), change);
  }
  return entries;
}

function parseLine(line: string): JournalEntry | { readonly done: string } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { done, kind, podUid, graceSeconds, at, wasHere, containerId, signal, until, message } = value as Record<string, unknown>;
  if (typeof done === 'string') return { done };
  if (kind === 'delete' && typeof podUid === 'string' && typeof graceSeconds === 'number' && typeof at === 'string') {
    return { kind, podUid, graceSeconds, at };
  }
  if (kind === 'deleted' && typeof podUid === 'string' && typeof wasHere === 'boolean' && typeof at === 'string') return { kind, podUid, wasHere, at };
  if (kind === 'endedFromOutside' && typeof containerId === 'string' && typeof signal === 'number') return { kind, containerId, signal };
  if (kind === 'stoppedForHealth' && typeof containerId === 'string' && typeof until === 'string') return { kind, containerId, until };
  if (kind === 'evicted' && typeof podUid === 'string' && typeof message === 'string' && typeof graceSeconds === 'number' && isTime(at)) {
    return { kind, podUid, message, graceSeconds, at };
  }
  return undefined;
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
