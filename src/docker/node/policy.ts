import { DEFAULT_POD_SECURITY, type PodSecurityPolicy } from './pod-security.js';

/** What the operator decided about the pods of this node, in the configuration. */
export interface NodePolicy {
  /** Refuse what would otherwise be accepted with a warning. */
  readonly strict: boolean;
  readonly podSecurity: PodSecurityPolicy;
}

/** Of a configuration that says nothing. */
export const DEFAULT_POLICY: NodePolicy = { strict: false, podSecurity: DEFAULT_POD_SECURITY };
