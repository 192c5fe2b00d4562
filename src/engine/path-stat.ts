import type { PathStat } from './types.js';

/** Go's file modes: the type is in the highest bits. @see https://pkg.go.dev/io/fs#FileMode */
const KINDS: readonly (readonly [bits: number, kind: PathStat['kind']])[] = [
  [2 ** 31, 'directory'],
  [2 ** 27, 'symlink'],
  [2 ** 24, 'socket'],
  [2 ** 26 + 2 ** 21, 'charDevice'],
  [2 ** 26, 'blockDevice'],
  [2 ** 25, 'other'], // a named pipe
  [2 ** 19, 'other'],
];
const PERMISSIONS = 0o777;

/** @param header `X-Docker-Container-Path-Stat`: JSON in base64 */
export function parsePathStat(header: string): PathStat {
  const { size, mode } = JSON.parse(Buffer.from(header, 'base64').toString('utf8')) as { size: number; mode: number };
  // Of an unsigned number of 32 bits, which JavaScript's own bit operations would take for a negative one.
  const [, kind] = KINDS.find(([bits]) => (BigInt(mode) & BigInt(bits)) === BigInt(bits)) ?? [];
  return { kind: kind ?? 'file', size, mode: Number(BigInt(mode) & BigInt(PERMISSIONS)) };
}
