/** The provider SDK: subclass `Provider`, hand it to `createApp`, listen. */
export { ProviderError, type ErrorKind, messageOf } from './errors.js';
export { createLogger, silentLogger, type Logger, type LogFields, type LogLevel } from './log.js';
export * from './provider/index.js';
export { createApp, startServer, type AppOptions, type ListenAddress, type RunningServer } from './api/index.js';
export { type Clock, systemClock } from './clock.js';
export type { Pod, Container, ContainerStatus, ContainerState, PodEvent, PodPhase } from './kube/index.js';
