import { isDeepStrictEqual } from 'node:util';
import { KNOWN_KEYS } from './keys.js';
import { readAt } from './layers.js';
import type { Settings } from './schema.js';

/** Names of the settings whose values differ. */
export function differingKeys(one: Settings, other: Settings): readonly string[] {
  return KNOWN_KEYS.filter(({ path }) => !isDeepStrictEqual(readAt(one, path), readAt(other, path))).map(({ name }) => name);
}
