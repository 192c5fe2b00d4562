/** The in-memory picture of every pod, and the event feed that keeps it true. */
export { EventFeed, type FeedHandlers } from './event-feed.js';
export { type Observation, toObservation } from './observe.js';
export { EngineRuns } from './engine-runs.js';
export { type CacheListener, type EndMessageOf, PodCache, type RepoDigestOf } from './pod-cache.js';
