import { memberPath, WireError } from './wire-error.js';

/** A JSON object whose members are not known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws WireError when `value` is not a JSON object */
export function readObject(value: unknown, path: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new WireError(path, 'must be object');
  return value as JsonObject;
}

/** @throws WireError when `value` is not a list */
export function readList(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new WireError(path, 'must be array');
  return value;
}

/** Go's nil list is null: both null and an absent member are an empty list. */
export function readOptionalList(parent: JsonObject, key: string, path: string): readonly unknown[] {
  const value = parent[key];
  return value === undefined || value === null ? [] : readList(value, memberPath(path, key));
}

/** @throws WireError when the member is absent, empty or not a string */
export function readName(parent: JsonObject, key: string, path: string): string {
  const value = parent[key];
  const where = memberPath(path, key);
  if (typeof value !== 'string') throw new WireError(where, value === undefined ? 'is required' : 'must be string');
  if (value === '') throw new WireError(where, 'must not be empty');
  return value;
}

/** Null and absent are the empty string. */
export function readOptionalString(parent: JsonObject, key: string, path: string): string {
  const value = parent[key] ?? '';
  if (typeof value !== 'string') throw new WireError(memberPath(path, key), 'must be string');
  return value;
}

/** Null and absent are false. */
export function readFlag(parent: JsonObject, key: string, path: string): boolean {
  const value = parent[key] ?? false;
  if (typeof value !== 'boolean') throw new WireError(memberPath(path, key), 'must be boolean');
  return value;
}

/** Null and absent are 0, as is everything that Go leaves unset. */
export function readCount(parent: JsonObject, key: string, path: string): number {
  const value = parent[key] ?? 0;
  const where = memberPath(path, key);
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new WireError(where, 'must be integer');
  if (value < 0) throw new WireError(where, 'must be >= 0');
  return value;
}
