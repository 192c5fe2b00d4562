/** For the tests of a plugin: the conformance kit, what plays interLink and the virtual kubelet, and stand-ins. */
export * from './conformance/index.js';
export * from './fakes/index.js';
export { type Clock, systemClock } from './clock.js';
export {
  FIRST_VIEW,
  isFinal,
  makeStamp,
  PluginCaller,
  PluginRefused,
  PluginUnreachable,
  PodFileError,
  readPodFile,
  toCallerPhase,
  toCreateBody,
  toDeletePod,
  toLogBody,
  toStatusPod,
  watchPod,
} from './caller/index.js';
export type { PodStatusJson } from './wire/index.js';
export type { Call, CallerTls, CallerView, ContainerObjects, CreateBody, EnvResolver, LogBody, PodFile, PodManifest, ProjectedFiles, Stamp, WatchOptions } from './caller/index.js';
