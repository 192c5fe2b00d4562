/** What this node is: what its operator decided about pods, and what its engine can do. Pure; every docker room may read it. */
export { type EngineAbilities, hasSecurityOption, IMAGE_MOUNT_API, NO_ABILITIES, RECURSIVE_READ_ONLY_API, speaksApi, SUBPATH_API, toAbilities } from './abilities.js';
export { DEFAULT_ENVIRONMENT, type EnvironmentPolicy } from './environment-policy.js';
export { DEFAULT_IMAGE_POLICY, type ImageCollection, type ImagePolicy, type LoginFile } from './image-policy.js';
export { DEFAULT_NETWORK_POLICY, EGRESS_ANNOTATION, hasEgress, type NetworkPolicy } from './network-policy.js';
export { DEFAULT_LOG_POLICY, type LogPolicy } from './log-policy.js';
export { hasMesh, MESH_ANNOTATIONS, meshScriptOf } from './mesh-policy.js';
export * from './pod-security.js';
export { DEFAULT_POLICY, type NodePolicy, type Taint } from './policy.js';
export { DEFAULT_RESOURCE_POLICY, type Device, type DeviceFile, type ExtendedResource, type ResourcePolicy, type Ulimit } from './resource-policy.js';
export { type ClaimPlace, placeClaim } from './claims.js';
export { type HostPlace, placeHostPath } from './host-places.js';
export { type NfsPlace, placeNfs } from './nfs-exports.js';
export * from './volume-policy.js';
export type { NodeTraits } from './traits.js';
