/** Pod in, engine create options out: the sandbox, and one attempt of a container. Pure. */
export { toContainerConfig } from './container-config.js';
export type { SandboxReference } from './container-config.js';
export type { ContainerFacts } from './security.js';
export { needsImageUser, reasonNotToRun } from './security-user.js';
export { toSandboxConfig, VOLUMES_ROOT } from './sandbox-config.js';
