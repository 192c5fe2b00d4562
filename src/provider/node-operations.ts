/** A pod of which something runs, or may be started again. */
export interface LivingPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** `unknown`: something of it runs, and this plugin does not look after it. */
  readonly state: 'creating' | 'running' | 'evicted' | 'deleting' | 'unknown';
}

/** How a node is, for its operator. */
export interface NodeState {
  readonly node: string;
  /** RFC 3339; absent: the cluster may send it pods. */
  readonly cordonedSince?: string;
  readonly isEngineConnected: boolean;
  /** Whether evictions outlive the plugin's process. */
  readonly isDurable: boolean;
  readonly pods: readonly LivingPod[];
}

/** What an operator does with a node. */
export interface NodeOperations {
  /** The node as it is now. */
  state(): NodeState;
  /** Whether the node is to take no new pods. Resolves when that outlives this process. @throws ProviderError */
  cordon(isWanted: boolean): Promise<NodeState>;
  /** Takes no new pods and ends those that it has, each with its grace period. Resolves when that is begun. @throws ProviderError */
  drain(): Promise<NodeState>;
}
