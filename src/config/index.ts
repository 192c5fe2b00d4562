/** Server settings: checked, from command line, environment and file; where to listen; which engine to use. */
export { loadConfig } from './load.js';
export type { Config, ConfigSources } from './load.js';
export type { Environment, RawSettings } from './layers.js';
export type { Settings } from './schema.js';
export { ConfigError } from './config-error.js';
export { isGuarded, isLocal } from './listen-address.js';
export type { ListenAddress } from './listen-address.js';
export type { ListenTls } from './listen-tls.js';
export type { Collector } from './collector.js';
export type { DockerEndpoint, DockerTls } from './docker-endpoint.js';
export { differingKeys } from './differing-keys.js';
export { docsTable } from './docs-table.js';
export { readDurationMs } from './readers.js';
