import type { JsonObject } from './reading.js';
import { WireError } from './wire-error.js';

/** Deeper than any Kubernetes object; without a bound a hostile body exhausts the stack. */
const MAX_DEPTH = 100;

/**
 * The same value without the members that are null: Go's encoder writes a nil list, map or pointer as null, and to every
 * reader that means absent. Parts without a null are shared with the input, which is not changed. Items of lists stay.
 * @throws WireError when the value is nested more than 100 levels deep
 */
export function dropNulls(value: unknown, path: string): unknown {
  return strip(value, path, MAX_DEPTH);
}

function strip(value: unknown, path: string, depthLeft: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depthLeft === 0) throw new WireError(path, 'is nested too deeply');
  return Array.isArray(value) ? stripList(value, path, depthLeft - 1) : stripObject(value as JsonObject, path, depthLeft - 1);
}

function stripList(list: readonly unknown[], path: string, depthLeft: number): unknown {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index];
    const stripped = strip(item, path, depthLeft);
    if (stripped !== item) {
      copy ??= [...list];
      copy[index] = stripped;
    }
  }
  return copy ?? list;
}

function stripObject(object: JsonObject, path: string, depthLeft: number): unknown {
  let changes: Map<string, unknown> | undefined;
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (typeof value !== 'object') continue;
    const stripped = value === null ? undefined : strip(value, path, depthLeft);
    if (stripped !== value) (changes ??= new Map()).set(key, stripped);
  }
  return changes === undefined ? object : withChanges(object, changes);
}

/** An undefined change takes the member away. fromEntries makes own properties of any name, `__proto__` too. */
function withChanges(object: JsonObject, changes: ReadonlyMap<string, unknown>): JsonObject {
  const members = Object.entries(object).map(([key, value]) => [key, changes.has(key) ? changes.get(key) : value] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}
