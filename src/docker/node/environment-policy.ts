/** What the operator says about the variables of pods. */
export interface EnvironmentPolicy {
  /**
   * The virtual kubelet runs with its setting of this name: what it leaves of a pod's references it resolves in its own way, and it
   * expands no `$(VAR)` in values. Otherwise values come final.
   */
  readonly skipDownwardAPIResolution: boolean;
  /** Address of this host, for pods that ask; absent: the one under which they reach it, the gateway of their network. */
  readonly hostIP?: string | undefined;
}

/** Of a configuration that says nothing. */
export const DEFAULT_ENVIRONMENT: EnvironmentPolicy = { skipDownwardAPIResolution: false };
