/** Pod in, engine create options out: the sandbox, and one attempt of a container. Pure. */
export { toContainerConfig } from './container-config.js';
export type { SandboxReference } from './container-config.js';
export type { ContainerFacts } from './container-facts.js';
export { needsImageUser, reasonNotToRun } from './security-user.js';
export { findVolume, volumesToFind } from './mounts.js';
export { toSandboxConfig } from './sandbox-config.js';
export { sandboxPath, VOLUMES_ROOT } from './sandbox-volumes.js';
export { partOf, toMountSource } from './volume-mount.js';
