import { z } from 'zod';
import { schema } from './schema.js';
import type { Raw, SettingTexts } from './setting.js';

/** One leaf of the schema: its path, its name in the environment, its texts. */
export interface KnownKey {
  readonly path: readonly string[];
  /** Dotted, as errors and the table write it. */
  readonly name: string;
  readonly variable: string;
  readonly allowed: string;
  readonly about: string;
  readonly fallback: string | undefined;
}

/** Every setting in the order of the schema. */
export const KNOWN_KEYS: readonly KnownKey[] = collect(schema, []);

/** The name among `known` that takes the fewest edits to reach from `name`, whatever the case. */
export function nearestOf(name: string, known: readonly string[]): string {
  const ranked = known.map((candidate) => ({ candidate, edits: countEdits(name.toLowerCase(), candidate.toLowerCase()) }));
  return ranked.reduce((best, next) => (next.edits < best.edits ? next : best), { candidate: '', edits: Infinity }).candidate;
}

function collect(type: z.ZodType, path: readonly string[]): KnownKey[] {
  const inner = type instanceof z.ZodPrefault ? type.unwrap() : type;
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([key, child]) => collect(child, [...path, key]));
  }
  const { allowed, about, fallback, variable = path.join('_').toUpperCase() } = type.meta() as unknown as SettingTexts & { readonly fallback?: Raw };
  return [
    {
      path,
      name: path.join('.'),
      variable,
      allowed,
      about,
      fallback: fallback === undefined ? undefined : String(fallback),
    },
  ];
}

/** Levenshtein distance, one row at a time. */
function countEdits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
