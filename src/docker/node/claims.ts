import { posix } from 'node:path';
import { type HostPlace, placeBehindTrees } from './host-places.js';
import type { NodePolicy } from './policy.js';

/** Where the data of a claim lies. */
export type ClaimPlace =
  | { readonly kind: 'volume'; readonly engineName: string; readonly readOnly: boolean }
  | ({ readonly kind: 'directory' } & HostPlace)
  /** A block device of the host. */
  | { readonly kind: 'device'; readonly devicePath: string; readonly readOnly: boolean };

/**
 * The place of a claim, by the first rule that fits it; `undefined`: the operator has given it none.
 * @param namespace a DNS label @param claim a DNS name; as such they cannot leave the place that is made for them
 * @param subPath part of the claim, relative and clean; of a directory the place is that of the part
 */
export function placeClaim(namespace: string, claim: string, policy: NodePolicy, subPath = ''): ClaimPlace | undefined {
  const rule = policy.volumes.claims.find(({ pattern }) => isMatch(`${namespace}/${claim}`, pattern));
  if (rule === undefined) return undefined;
  const target = rule.template.replaceAll('{namespace}', namespace).replaceAll('{claim}', claim);
  if (rule.kind === 'volume') return { kind: 'volume', engineName: target, readOnly: rule.readOnly };
  if (rule.kind === 'device') return { kind: 'device', devicePath: target, readOnly: rule.readOnly };
  return { kind: 'directory', ...placeBehindTrees(posix.join(target, subPath), rule.readOnly, policy) };
}

/** `*` stands for any run of characters but the slash. */
function isMatch(text: string, pattern: string): boolean {
  const escaped = pattern.split('*').map((literal) => literal.replace(/[.\\+?^${}()|[\]]/g, '\\$&'));
  return new RegExp(`^${escaped.join('[^/]*')}$`).test(text);
}
