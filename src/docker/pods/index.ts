/** The pods of this node: one worker each, from acceptance to removal, and through restarts of plugin and engine. */
export { superseded } from './creation.js';
export { evict } from './evict.js';
export { toProviderError } from './engine-failure.js';
export { withEnvironment } from './pod-environment.js';
export { Pods } from './pods.js';
export type { ManagedPod } from './managed-pod.js';
export type { Rooms } from './rooms.js';
export { toLogFields, toSpanAttributes } from './pod-fields.js';
export { tokenEnds } from './token-expiry.js';
export type { Trouble } from './back-off.js';
export type { OrphanCounts } from './sweeper.js';
export type { PendingDeletion } from './deletions.js';
export { isNodeHeld } from './node-holder.js';
export { NodeOwner, ownerName } from './owner.js';
