import { isIP } from 'node:net';
import type { Raw, Reader } from './setting.js';

const WHOLE_NUMBER = /^\d{1,15}$/;
const QUANTITY = /^(\d{1,9})(|k|M|G|Ki|Mi|Gi)$/;
const UNIT_BYTES: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };
const DURATION = /^(\d{1,9})(ms|s|m|h)$/;
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** A map: an object would know words of its own, such as `constructor`. */
const FLAG_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', '0'].map((word) => [word, false] as const),
]);

/** A whole number within both bounds, also as text (the environment knows nothing else). */
export function readCount(min: number, max: number): Reader<number> {
  return (raw) => {
    if (typeof raw === 'boolean' || !WHOLE_NUMBER.test(String(raw))) return undefined;
    const count = Number(raw);
    return count >= min && count <= max ? count : undefined;
  };
}

export const readFlag: Reader<boolean> = (raw) => FLAG_WORDS.get(String(raw).toLowerCase());

/** Bytes, as a number or as a Kubernetes quantity with a unit of bytes. */
export const readByteSize: Reader<number> = (raw) => {
  const [, count, unit] = QUANTITY.exec(String(raw)) ?? [];
  const bytes = Number(count) * (UNIT_BYTES[unit ?? ''] ?? NaN);
  return bytes > 0 ? bytes : undefined;
};

/** Milliseconds, from a whole number with a unit (`90s`, `2m`, `1h`), within both bounds. */
export function readDurationMs(minMs: number, maxMs: number): Reader<number> {
  return (raw) => {
    const [, count, unit = ''] = DURATION.exec(String(raw)) ?? [];
    const ms = Number(count) * (UNIT_MS[unit] ?? NaN);
    return ms >= minMs && ms <= maxMs ? ms : undefined;
  };
}

/** Permission bits: octal text, or the number that YAML made of an octal literal. */
export const readFileMode: Reader<number> = (raw) => {
  if (typeof raw === 'string') return /^(0o?)?[0-7]{3}$/.test(raw) ? parseInt(raw.slice(-3), 8) : undefined;
  return readCount(0, 0o777)(raw);
};

export function readMatching(pattern: RegExp): Reader<string> {
  return (raw: Raw) => (pattern.test(String(raw)) ? String(raw) : undefined);
}

/** One of a few words, in the case they are written in. */
export function readOneOf<const T extends string>(...words: readonly T[]): Reader<T> {
  return (raw) => words.find((word) => word === raw);
}

export const readAbsolutePath = readMatching(/^\/[^\0]*$/);

/** `unix:///path` or a plain absolute path; the value is the path. */
export const readSocketPath: Reader<string> = (raw) => readAbsolutePath(String(raw).replace(/^unix:\/\//, ''));

export const readAddress: Reader<string> = (raw) => (isIP(String(raw)) === 0 ? undefined : String(raw));

/** An IPv4 range whose host bits are zero. */
export const readCidr: Reader<string> = (raw) => {
  const [address = '', bits = ''] = String(raw).split('/');
  const prefix = readCount(8, 28)(bits);
  if (isIP(address) !== 4 || prefix === undefined) return undefined;
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return value % 2 ** (32 - prefix) === 0 ? `${address}/${prefix}` : undefined;
};
