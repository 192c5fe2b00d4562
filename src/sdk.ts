/**
 * The provider SDK: subclass `Provider` (or `ContainerProvider`, for backends that start and end programs), hand it to `createApp`,
 * and that to `startServer`.
 */
export { ProviderError, type ErrorKind, messageOf } from './errors.js';
export { createLogger, silentLogger, type Logger, type LogFields, type LogLevel, type ProcessLogger } from './log.js';
export type * from './telemetry.js';
export * from './provider/index.js';
export * from './containers/index.js';
export { createApp, startServer, type App, type AppOptions, type ListenAddress, type ReadLimits, type RunningServer, type ServerOptions, type ServerTls, type SocketAddress } from './api/index.js';
export { type Clock, systemClock } from './clock.js';
export type { Pod, PodSpec, Container, ContainerStatus, ContainerState, EnvVar, PodEvent, PodPhase, Volume, VolumeMount } from './kube/index.js';
