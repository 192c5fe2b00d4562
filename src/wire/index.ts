/** interLink's JSON: the API document and its types, parsers of requests, serialisers of answers. Pure. */
export { PLUGIN_API_DOCUMENT } from './document.generated.js';
export type * as pluginApi from './plugin-api.generated.js';
export { WireError, memberPath } from './wire-error.js';
export { parsePod } from './pod.js';
export type { FileMap, DeliveredObjects } from './delivered.js';
export { parseCreateBody, toCreateAnswer } from './create.js';
export type { CreatedPodJson, CreateForm, CreateRequest, ParsedCreateBody } from './create.js';
export { parseDeleteBody } from './delete.js';
export { parseStatusBody, toPingAnswer, toStatusAnswer } from './status.js';
export type { NodeReport, PingJson, PodStatus, PodStatusJson } from './status.js';
export { isTakenForAlive, lostContainers } from './lost-pod.js';
export { parseLogRequest } from './logs.js';
export type { LogOptions, LogRequest } from './logs.js';
