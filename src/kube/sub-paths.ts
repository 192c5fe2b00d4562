import { posix } from 'node:path';
import { ProviderError } from '../errors.js';
import type { Container, VolumeMount } from './types.js';
import { expandVariables } from './variables.js';

/** The kernel's limit for a path. */
const LONGEST_PATH = 4095;
const TOO_LONG = `is longer than ${LONGEST_PATH} bytes`;
const REFERENCE = /\$\$|\$\(([^)]*)\)/g;

/**
 * Part of the volume that a mount is of, relative and clean; empty: the whole. `subPathExpr` is expanded with the container's env.
 * @throws ProviderError `InvalidPod` for an expression with a variable that has no value, or one that leaves the volume
 */
export function toSubPath(mount: VolumeMount, container: Container): string {
  if (!mount.subPathExpr) return clean(mount.subPath ?? '');
  const env = new Map((container.env ?? []).flatMap(({ name, value }) => (value ? [[name, value]] : [])));
  const about = `container ${container.name}: volumeMounts of ${mount.mountPath}: subPathExpr`;
  if (mount.subPathExpr.length > LONGEST_PATH) throw new ProviderError('InvalidPod', `${about}: it ${TOO_LONG}`);
  for (const [, name] of mount.subPathExpr.matchAll(REFERENCE)) {
    if (name !== undefined && !env.has(name)) throw new ProviderError('InvalidPod', `${about}: the variable ${JSON.stringify(name)} has no value`);
  }
  const path = expandVariables(mount.subPathExpr, env);
  const why = whyNotSubPath(path);
  if (why !== undefined) throw new ProviderError('InvalidPod', `${about}: expanded, it ${why}`);
  return clean(path);
}

/** Why a path cannot be one of a part of a volume; `undefined`: it can. */
export function whyNotSubPath(path: string): string | undefined {
  if (path.startsWith('/')) return 'is not relative';
  if (path.includes('\0')) return 'contains a NUL byte';
  if (Buffer.byteLength(path) > LONGEST_PATH) return TOO_LONG;
  return path.split('/').includes('..') ? 'contains ".."' : undefined;
}

function clean(path: string): string {
  const cleaned = posix.normalize(path || '.').replace(/\/$/, '');
  return cleaned === '.' ? '' : cleaned;
}
