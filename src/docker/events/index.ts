/** What happened to each pod: a short list in memory, with the kubelet's reasons. */
export { EVENTS_PER_POD, PodEvents, type CountedPodEvent, type OnPodEvent } from './pod-events.js';
export type { EventReason } from './reasons.js';
