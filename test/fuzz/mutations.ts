/** Changes to JSON that somebody could send: taken away, doubled, of another type, nested, huge, with names of prototypes. */
import fc from 'fast-check';
import type { Json } from '../unit/wire/bodies.js';

/** One change: which place (counted through the whole value, modulo) and what. */
export interface Mutation {
  readonly place: number;
  readonly kind: 'drop' | 'replace' | 'wrap' | 'double' | 'rename';
  readonly value: Json;
}

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '', 'a"b', 'ü', '$ref', 'length'];
const proto = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as Json;

export const strange: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 0, -1, 1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, '', ' ', '..', '../x', '/', '/etc', 'a\0b', '$(A)', '1e99', '-1', '0.5m', 'Always', 'main', '😀', '\ud800', '\u202e', 'x'.repeat(70), 'x'.repeat(5000), [], {}, [null], [[]], [{}], [''], { '': '' }, proto),
  fc.constantFrom<Json>(...NAMES),
  fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json),
  fc.nat(200).map((depth) => nest(depth)),
);

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({ place: fc.nat(100_000), kind: fc.constantFrom('drop', 'replace', 'replace', 'wrap', 'double', 'rename'), value: strange }),
  { minLength: 1, maxLength: 4 },
);

/** A new value: `original` with the changes in order. */
export function mutate(original: Json, changes: readonly Mutation[]): Json {
  const root = { body: structuredClone(original) };
  for (const change of changes) apply(root, change);
  return root.body;
}

function apply(root: { body: Json }, { place, kind, value }: Mutation): void {
  const places = placesOf(root);
  const chosen = places[place % places.length];
  if (chosen === undefined) return;
  const [parent, key] = chosen;
  const before = parent[key] ?? null;
  if (kind === 'drop' && parent !== root) delete parent[key];
  else if (kind === 'replace') set(parent, key, value);
  else if (kind === 'wrap') set(parent, key, [before]);
  else if (kind === 'double' && Array.isArray(before)) set(parent, key, [...before, ...before]);
  else if (kind === 'rename' && parent !== root && !Array.isArray(parent)) set(parent, typeof value === 'string' ? value : '__proto__', before);
}

type Parent = Record<string | number, Json>;

function placesOf(value: unknown): [Parent, string | number][] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.keys(value).map((key): [Parent, string | number] => [value as Parent, Array.isArray(value) ? Number(key) : key]);
  return [...own, ...own.flatMap(([parent, key]) => placesOf(parent[key]))];
}

/** As JSON.parse does, whatever the name. */
function set(parent: Parent, key: string | number, value: Json): void {
  Object.defineProperty(parent, key, { value: structuredClone(value), enumerable: true, configurable: true, writable: true });
}

function nest(depth: number): Json {
  let value: Json = 'deep';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}
