/** The Docker backend: DockerProvider, which hands its calls to the rooms below. */
export { DockerProvider } from './docker-provider.js';
export type { DockerProviderOptions } from './open-rooms.js';
export { Cordon } from './cordon.js';
export { isNodeHeld } from './pods/index.js';
export { labelledPods } from './labelled-pods.js';
export { checkPod, type PodCheck, traitsWithoutEngine } from './pod-check.js';
export { countSubnets, overlaps, siteOverlaps } from './network/index.js';
export { lookForPurge, type NotRemoved, purgeNode, type PurgeRequest } from './purge.js';
export { isNetworkOf, type NodeObject, type PurgePlan } from './purge-plan.js';
