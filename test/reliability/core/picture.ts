/** What is seen from outside of a pod and its node, in words that are the same for every run: no ids, no UIDs, no times. */

/** One container, as the engine inspects it and as its own log counts its starts. */
export interface ContainerSeen {
  /** `POD`: the sandbox. */
  readonly name: string;
  readonly attempt: number;
  /** What the engine's name says besides; `accepted` for a container of the pod. */
  readonly stage: 'creating' | 'accepted' | 'deleting';
  readonly state: string;
  /** Of one that has ended, otherwise 0. */
  readonly exitCode: number;
  /** How often its program began, by its log; 0 for the sandbox, which logs nothing. */
  readonly starts: number;
}

/** One container in the plugin's words. */
export interface StatusSeen {
  readonly name: string;
  readonly restartCount: number;
  readonly state: 'waiting' | 'running' | 'terminated';
}

export interface PodPicture {
  readonly containers: readonly ContainerSeen[];
  /** By the pod's names for them. */
  readonly volumes: readonly string[];
  /** How often the program of each container began, by a file that all its attempts share. */
  readonly runs: Readonly<Record<string, number>>;
  /** Empty: the plugin knows no such pod. */
  readonly statuses: readonly StatusSeen[];
}

/** What else carries the node's label. */
export interface NodePicture {
  /** By namespace. */
  readonly networks: readonly string[];
  /** Engine names of what belongs to no pod that is asked for, and is none of what a node keeps for itself. */
  readonly strangers: readonly string[];
}

export interface Picture {
  readonly pod: PodPicture;
  readonly node: NodePicture;
}

/** Of a pod that is deleted. */
export const GONE: PodPicture = { containers: [], volumes: [], runs: {}, statuses: [] };
