import { createHash } from 'node:crypto';

const KEY_BYTES = 32;
const KEY_TEXT = /^(?:[0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)$/;

/** Keys under which secret parts of records lie: the first seals, all of them open. */
export interface RecordKeys {
  readonly current: RecordKey;
  readonly all: readonly RecordKey[];
}

export interface RecordKey {
  /** Tells which key sealed something, and nothing of the key. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

/**
 * The content of a key file: one key of 32 bytes a line, in base64 or hexadecimal; empty lines and `#` lines count for nothing.
 * @throws RangeError naming the line that is none, never its content
 */
export function parseRecordKeys(text: string): RecordKeys {
  const lines = text.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const all = lines.filter(({ line }) => line !== '' && !line.startsWith('#')).map(({ line, number }) => toKey(line, number));
  const [current] = all;
  if (current === undefined) throw new RangeError('it holds no key; write one with: openssl rand -base64 32');
  return { current, all };
}

function toKey(line: string, number: number): RecordKey {
  if (!KEY_TEXT.test(line)) throw new RangeError(`line ${number} is not a key of ${KEY_BYTES} bytes in base64 or hexadecimal (openssl rand -base64 32)`);
  const key = Buffer.from(line, line.length === 2 * KEY_BYTES ? 'hex' : 'base64');
  return { id: createHash('sha256').update('interlink-docker key id').update(key).digest('hex').slice(0, 12), key };
}
