import type { z } from 'zod';
import { ConfigError } from './config-error.js';
import { KNOWN_KEYS, nearestOf } from './keys.js';
import { isMapping, mergeLayers, readAt } from './layers.js';
import type { Layer } from './layers.js';
import { schema } from './schema.js';
import type { Settings } from './schema.js';

/** @throws ConfigError with every problem at once */
export function checkSettings(layers: readonly Layer[]): Settings {
  const raw = mergeLayers(layers);
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.flatMap((issue) => toProblems(issue, raw, layers)));
}

function toProblems(issue: z.core.$ZodIssue, raw: unknown, layers: readonly Layer[]): string[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => toUnknownKey([...issue.path, key]));
  const name = issue.path.join('.');
  const key = KNOWN_KEYS.find((known) => known.name === name);
  const value = JSON.stringify(readAt(raw, issue.path)) ?? 'not set';
  if (key === undefined) return [`${name} is ${value}: give a mapping of ${keysBelow(name).join(', ')}`];
  const origin = layers.findLast((layer) => !isAbsent(readAt(layer.raw, issue.path)));
  const where = origin === undefined ? 'default' : origin.originOf(key);
  const advice = issue.code === 'custom' ? issue.message : `give ${key.allowed}`;
  return [`${name} is ${value === 'not set' ? (key.fallback ?? value) : value} (${where}): ${advice}`];
}

function toUnknownKey(path: readonly PropertyKey[]): string {
  const name = path.join('.');
  const sections = new Set(KNOWN_KEYS.flatMap((key) => (key.path.length > 1 ? [key.path[0] ?? ''] : [])));
  const known = [...KNOWN_KEYS.map((key) => key.name), ...sections];
  return `${name} is not a setting; the nearest one is ${nearestOf(name, known)}`;
}

function keysBelow(section: string): string[] {
  return KNOWN_KEYS.filter((key) => key.path[0] === section).map((key) => key.path.slice(1).join('.'));
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (isMapping(value) && Object.keys(value).length === 0);
}
