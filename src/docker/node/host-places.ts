import { posix } from 'node:path';
import { findAllowedHostPath } from './pod-security.js';
import type { NodePolicy } from './policy.js';

/** How a path of the host is reached. */
export interface HostPlace {
  /** No pod can plant a link on the way to it. */
  readonly path: string;
  /**
   * What is mounted of it, found by the engine without leaving `path`: pods may write there, so a link on the way could lead
   * anywhere on the host (CVE-2017-1002101, CVE-2021-25741).
   */
  readonly below?: string;
  readonly readOnly: boolean;
}

/**
 * The place of a `hostPath`, as far as the operator lets pods mount it. On the level `privileged` pods own the host.
 * @param path absolute and clean
 */
export function placeHostPath(path: string, policy: NodePolicy): HostPlace | undefined {
  const allowed = findAllowedHostPath(policy.podSecurity, path);
  if (allowed === undefined) return policy.podSecurity.level === 'privileged' ? { path, readOnly: false } : undefined;
  return placeBehindTrees(path, allowed.readOnly, policy);
}

/** The place of a directory that the operator named; also for parts of it. @param path absolute and clean */
export function placeBehindTrees(path: string, readOnly: boolean, policy: NodePolicy): HostPlace {
  const tree = outermostTree(path, policy);
  return tree === undefined ? { path, readOnly } : { path: tree, below: posix.relative(tree, path), readOnly };
}

/** The outermost directory strictly above the path that some pod may have for writing. */
function outermostTree(path: string, { podSecurity, volumes }: NodePolicy): string | undefined {
  const hostPaths = podSecurity.allowed.hostPaths.filter(({ readOnly }) => !readOnly).map((entry) => entry.path);
  const claims = volumes.claims.filter(({ kind, readOnly }) => kind === 'directory' && !readOnly).map(({ template }) => template);
  const trees = [...hostPaths, ...claims].flatMap((tree) => matchAbove(path, tree) ?? []);
  return trees.reduce<string | undefined>((outermost, tree) => (outermost === undefined || tree.length < outermost.length ? tree : outermost), undefined);
}

/** The beginning of the path that a tree's template fits, where something of the path is left. */
function matchAbove(path: string, template: string): string | undefined {
  const parts = partsOf(path);
  const wanted = partsOf(template);
  if (wanted.length >= parts.length || !wanted.every((part, index) => fits(parts[index] ?? '', part))) return undefined;
  return `/${parts.slice(0, wanted.length).join('/')}`;
}

function fits(part: string, template: string): boolean {
  const [first = '', ...rest] = template.split(/\{(?:namespace|claim)\}/);
  return rest.length === 0 ? part === first : part.startsWith(first) && part.endsWith(rest.at(-1) ?? '');
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}
