import type { Pod } from '../../kube/index.js';
import type { DeliveredObjects } from '../../wire/index.js';
import type { NodeTraits } from '../node/index.js';
import { checkAbilities } from './abilities.js';
import { examine } from './admit.js';
import { checkPullSecrets } from './check-pull-secrets.js';
import { FIELDS } from './fields.js';
import type { Finding } from './findings.js';
import { FieldWalk } from './walk.js';

/** What becomes of each field of a pod, for a person who asks beforehand. */
export interface AdmissionReport {
  /** All that is in the way of the pod. */
  readonly refused: readonly Finding[];
  readonly warned: readonly Finding[];
  /** Paths of fields that are set and do what they say. */
  readonly honoured: readonly string[];
  /** Paths of fields that are set and that no kubelet reads. */
  readonly unread: readonly string[];
}

/**
 * As `admit` and `requireAbilities` judge a pod, but without an end at the first things.
 * @param isEngineKnown whether the traits tell what the engine can do
 */
export function reportOn(pod: Pod, node: NodeTraits, delivered: DeliveredObjects | undefined, isEngineKnown: boolean): AdmissionReport {
  const findings = unique([...examine(pod, node), ...checkPullSecrets(pod, delivered), ...(isEngineKnown ? checkAbilities(pod, node) : [])]);
  const isRefused = ({ kind }: Finding): boolean => node.policy.strict || kind !== 'warning';
  const walk = new FieldWalk(FIELDS);
  walk.members(pod.spec, 'pod.spec', 'spec');
  const spoken = findings.map(fieldOf);
  const isSpokenOf = (path: string): boolean => spoken.some((field) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`));
  return {
    refused: findings.filter(isRefused),
    warned: findings.filter((finding) => !isRefused(finding)),
    honoured: walk.honoured.filter((path) => !isSpokenOf(path)),
    unread: walk.unread,
  };
}

/** The path that a finding begins with. */
export function fieldOf({ message }: Finding): string {
  return /^(?:[\w.-]|\[\d+\]|\["(?:[^"\\]|\\.)*"\])+/.exec(message)?.[0] ?? '';
}

function unique(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [finding.message, finding])).values()];
}
