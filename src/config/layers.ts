import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { messageOf } from '../errors.js';
import { ConfigError } from './config-error.js';
import { KNOWN_KEYS } from './keys.js';
import type { KnownKey } from './keys.js';

/** Far more than settings have. */
const MOST_LEVELS = 10;

/** Settings as written, before any check. */
export type RawSettings = Readonly<Record<string, unknown>>;

/** The environment, passed in by whoever owns the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings of one origin; `name` says in an error where a value came from. */
export interface Layer {
  readonly raw: RawSettings;
  readonly originOf: (key: KnownKey) => string;
}

/** @throws ConfigError when the file cannot be read, is not YAML, or is not a mapping */
export function readFileLayer(file: string): Layer {
  const raw = parseFile(file) ?? {};
  if (!isMapping(raw)) throw new ConfigError([`${file} must hold a mapping of settings, such as "SidecarPort: 4000"`]);
  if (isDeeper(raw, MOST_LEVELS)) throw new ConfigError([`${file} is nested more than ${MOST_LEVELS} levels deep`]);
  return { raw, originOf: () => file };
}

/** An alias of YAML can make a mapping a part of itself. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** Each key's variable; an empty one counts as not set, as everywhere in Docker. */
export function toEnvironmentLayer(env: Environment): Layer {
  const raw: Record<string, unknown> = {};
  for (const key of KNOWN_KEYS) {
    const value = env[key.variable];
    if (value) writeAt(raw, key.path, value);
  }
  return { raw, originOf: (key) => `environment variable ${key.variable}` };
}

export function toFlagLayer(flags: RawSettings): Layer {
  return { raw: flags, originOf: () => 'command line' };
}

/** Later layers win, key by key; what is null counts as not given. Unknown keys are kept for the check to find. */
export function mergeLayers(layers: readonly Layer[]): RawSettings {
  return layers.reduce<Record<string, unknown>>((merged, layer) => mergeMappings(merged, layer.raw), {});
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at `path`, `undefined` where there is none. */
export function readAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (isMapping(value) ? value[String(key)] : undefined), raw);
}

function mergeMappings(under: Readonly<Record<string, unknown>>, over: RawSettings): Record<string, unknown> {
  const merged = { ...under };
  for (const [key, value] of Object.entries(over)) {
    if (value === null || value === undefined) continue;
    const known = merged[key];
    merged[key] = isMapping(value) ? mergeMappings(isMapping(known) ? known : {}, value) : value;
  }
  return merged;
}

function writeAt(target: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = target[key];
  const section = isMapping(inner) ? inner : {};
  target[key] = section;
  writeAt(section, rest, value);
}

function parseFile(file: string): unknown {
  try {
    // YAML 1.1, as Go reads it: 0660 is octal there.
    return parse(readFileSync(file, 'utf8'), { version: '1.1' });
  } catch (error) {
    throw new ConfigError([`Cannot use ${file}: ${messageOf(error)}`], { cause: error });
  }
}
