/** For the tests of a plugin: what plays interLink and the virtual kubelet. */
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
export type { CallerView, ContainerObjects, CreateBody, EnvResolver, LogBody, PodFile, PodManifest, ProjectedFiles, Stamp, WatchOptions } from './caller/index.js';
