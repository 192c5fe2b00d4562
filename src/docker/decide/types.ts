import type { Pod } from '../../kube/index.js';
import type { ObservedContainer } from '../record/index.js';
import type { ContainerHealth } from './health.js';

/** What the cluster wants of a pod. */
export interface DesiredPod {
  readonly pod: Pod;
  /** The node ends the pod then, where it still lives. */
  readonly deadline?: Date;
  /** Present once a delete has come; never taken back. */
  readonly deletion?: Grace;
  /** Present once this node has ended the pod for good: its containers are stopped, none is started again. */
  readonly ending?: PodEnding;
}

/** How long what is stopped may take to end by itself. */
export interface Grace {
  readonly graceSeconds: number;
  /** When it began. */
  readonly since: Date;
}

/** Why a node ends a pod that nobody deleted. */
export interface PodEnding extends Grace {
  /** Of the pod's status, as the kubelet calls it. */
  readonly reason: 'Evicted' | 'DeadlineExceeded';
  readonly message: string;
  /** What ended before it, ended by itself. */
  readonly at: Date;
}

/** Where the image for the next attempt of a container stands. */
export type ImageState =
  | { readonly kind: 'pulling'; readonly message?: string }
  | { readonly kind: 'present' }
  | {
      readonly kind: 'failed';
      readonly reason: 'ErrImagePull' | 'ErrImageNeverPull' | 'InvalidImageName';
      readonly message: string;
      /** How often in a row, from 1. */
      readonly failures: number;
      readonly retryAt: Date;
    };

/** The container could not be created; tried again at `retryAt`. */
export interface CreateFailure {
  /** As the kubelet calls it; absent: `CreateContainerError`, the engine's refusal. */
  readonly reason?: 'CreateContainerConfigError' | 'ContainerCreating';
  readonly message: string;
  readonly failures: number;
  readonly retryAt: Date;
}

/** What the plugin knows of a pod beside the engine's picture. Kept in memory, lost with the process, never needed to be right. */
export interface Circumstances {
  /** By container name; absent: not asked yet for the next attempt. */
  readonly images: ReadonlyMap<string, ImageState>;
  /** By container name; `POD` for the sandbox. */
  readonly createFailures: ReadonlyMap<string, CreateFailure>;
  /** By container name: the back-off, in ms, that was waited before its newest attempt. Absent after a restart of the plugin. */
  readonly backOffMs: ReadonlyMap<string, number>;
  /**
   * By container name: the newest ended attempt ever seen (see `rememberEnded`). It still counts after an operator's prune
   * took it from the engine, or a completed container would run a second time.
   */
  readonly ended: ReadonlyMap<string, ObservedContainer>;
  /** By container name: what probes and hooks say of its newest attempt. */
  readonly health: ReadonlyMap<string, ContainerHealth>;
}

/** One step towards the desired pod. The actions of one decision are independent of each other: they run side by side. */
export type PodAction =
  /** Make the sandbox again from the record in memory. */
  | { readonly kind: 'createSandbox' }
  | { readonly kind: 'startSandbox' }
  /** Look for the image, pull it where the policy says so; the answer arrives in `Circumstances.images`. */
  | { readonly kind: 'prepareImage'; readonly container: string }
  /**
   * Create (where it does not exist yet) and start one attempt. `backOffMs` is what was waited for it; `era` the id of the
   * attempt whose end last had the whole pod begin again.
   */
  | { readonly kind: 'startContainer'; readonly container: string; readonly attempt: number; readonly backOffMs: number; readonly era?: string }
  | {
      readonly kind: 'stopContainer';
      readonly containerId: string;
      readonly container: string;
      readonly graceSeconds: number;
      readonly why: string;
      /** A probe or a hook of the container failed: it did not end of its own accord, whatever its exit code. */
      readonly isUnhealthy?: true;
    }
  /** A dead attempt that nothing needs any more. */
  | { readonly kind: 'removeContainer'; readonly containerId: string }
  /** Everything of a deleted pod is stopped: containers, volumes, address, and the sandbox last. */
  | { readonly kind: 'removePod' }
  | { readonly kind: 'wait'; readonly until: Date };
