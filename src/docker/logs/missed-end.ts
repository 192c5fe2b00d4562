import { isEngineError } from '../../engine/index.js';
import { type LogChunk, type LoggedContainer, openSource } from './log-source.js';
import type { Piece } from './pieces.js';

interface Message {
  readonly stamp: string;
  bytes: number;
  readonly pieces: Piece[];
}

/** Enough to tell messages of one instant apart. */
const REMEMBERED = 16;
/** What is missed is a message of each stream; a few more are asked for to find the last seen one among them. */
const LAST_MESSAGES = 64;

/** The newest messages of a reading. Feed it every piece, with stamps. */
export class SeenMessages {
  readonly newest: { readonly stamp: string; bytes: number }[] = [];

  note({ stamp, text }: Piece): void {
    if (stamp !== undefined) {
      this.newest.push({ stamp, bytes: 0 });
      if (this.newest.length > REMEMBERED) this.newest.shift();
    }
    const last = this.newest.at(-1);
    if (last !== undefined) last.bytes += text.length;
  }
}

/**
 * What a follow did not get although its container has ended: an engine (20.10) ends a follow without the last line where
 * that has no newline, because it is written only as the container's streams close.
 */
export async function readMissedEnd(container: LoggedContainer, seen: SeenMessages, since: Date | undefined, signal: AbortSignal): Promise<readonly Piece[]> {
  try {
    const last = seen.newest.at(-1);
    if (last === undefined) return piecesOf(await readMessages(container, { since }, signal));
    const newest = await readMessages(container, { tail: LAST_MESSAGES }, signal);
    const after = messagesAfter(newest, seen) ?? messagesAfter(await readMessages(container, { since: new Date(last.stamp) }, signal), seen);
    return piecesOf(after ?? []);
  } catch (error) {
    // An engine that answers and has no log: the container is being removed.
    if (isEngineError(error) && !isEngineError(error, 'Unavailable', 'Aborted')) return [];
    throw error;
  }
}

async function readMessages(container: LoggedContainer, range: { tail?: number; since?: Date | undefined }, signal: AbortSignal): Promise<Message[]> {
  const { tail, since } = range;
  const query = { follow: false, timestamps: true, ...(tail !== undefined && { tail }), ...(since && { since }) };
  const { chunks, splitter } = await openSource(container, query, signal);
  const messages: Message[] = [];
  const add = (piece: Piece): void => {
    if (piece.stamp !== undefined) messages.push({ stamp: piece.stamp, bytes: 0, pieces: [] });
    const message = messages.at(-1);
    message?.pieces.push(piece);
    if (message !== undefined) message.bytes += piece.text.length;
  };
  for await (const chunk of chunks as AsyncIterable<LogChunk>) splitter.split(chunk).forEach(add);
  splitter.flush().forEach(add);
  return messages;
}

/**
 * Where the last seen message stands in `messages`: the place with the longest common past; the first of those, because
 * what was missed may look like what was seen. `undefined` when it is not among them.
 */
function messagesAfter(messages: readonly Message[], { newest }: SeenMessages): readonly Message[] | undefined {
  let best: { readonly index: number; readonly past: number } | undefined;
  for (let index = 0; index < messages.length; index++) {
    const past = commonPast(messages, index, newest);
    // A past that differs is another place; one that begins before `messages` may be this one.
    const isPlace = past === newest.length || past === index + 1;
    if (isPlace && past > (best?.past ?? 0)) best = { index, past };
  }
  return best && messages.slice(best.index + 1);
}

/** How many messages up to `index` are, from the back, the newest seen ones. */
function commonPast(messages: readonly Message[], index: number, newest: SeenMessages['newest']): number {
  let past = 0;
  for (; past < newest.length; past++) {
    const [message, seen] = [messages[index - past], newest.at(-1 - past)];
    if (message === undefined || message.stamp !== seen?.stamp || message.bytes !== seen.bytes) break;
  }
  return past;
}

function piecesOf(messages: readonly Message[]): readonly Piece[] {
  return messages.flatMap(({ pieces }) => pieces);
}
