import type { Mountpoints } from './mounts.js';

/** What a container is made with that neither its pod nor its node says: looked up right before. */
export interface ContainerFacts {
  /** As the image has it, empty for root; present where `needsImageUser`. */
  readonly imageUser?: string;
  /** Text of the seccomp profile that the container names, if it names one. */
  readonly seccompProfile?: string;
  /** Of the volumes that `volumesToFind` names. */
  readonly mountpoints?: Mountpoints;
}
