import type { LogLevel } from '../log.js';
import { checkSettings } from './check.js';
import { type Collector, toCollector } from './collector.js';
import { dockerConfigFile } from './docker-context.js';
import { findDockerEndpoint } from './docker-endpoint.js';
import type { DockerEndpoint } from './docker-endpoint.js';
import { readFileLayer, toEnvironmentLayer, toFlagLayer } from './layers.js';
import type { Environment, RawSettings } from './layers.js';
import { toListenAddress } from './listen-address.js';
import type { ListenAddress } from './listen-address.js';
import type { Settings } from './schema.js';

/** The settings, and what follows from them. */
export interface Config extends Settings {
  readonly listen: ListenAddress;
  readonly docker: DockerEndpoint;
  readonly logLevel: LogLevel;
  /** Absent: nothing is traced. */
  readonly collector?: Collector;
  /** The docker command's own `config.json`, whether it is there or not. */
  readonly dockerConfigFile: string;
}

export interface ConfigSources {
  /** Value of `--config`; without it the file that `DOCKERCONFIGPATH` names, or none. */
  readonly file?: string | undefined;
  /** Settings from the command line, nested as in the file. */
  readonly flags?: RawSettings | undefined;
  readonly env: Environment;
}

/**
 * The configuration: command line over environment over file over defaults. Reads files, changes nothing.
 * @throws ConfigError naming each key that is wrong, its value, and what is allowed
 */
export function loadConfig({ file, flags = {}, env }: ConfigSources): Config {
  const path = file ?? (env['DOCKERCONFIGPATH'] || undefined);
  const fileLayer = path === undefined ? { raw: {}, originOf: () => 'file' } : readFileLayer(path);
  const flagLayer = toFlagLayer(flags);
  const settings = checkSettings([fileLayer, toEnvironmentLayer(env), flagLayer]);
  const collector = toCollector(settings);
  return {
    ...settings,
    listen: toListenAddress(settings),
    docker: findDockerEndpoint(flagLayer, fileLayer, env),
    logLevel: toLogLevel(settings),
    ...(collector && { collector }),
    dockerConfigFile: dockerConfigFile(env),
  };
}

/** As in the other interLink plugins: verbose wins over errors only. */
function toLogLevel(settings: Settings): LogLevel {
  if (settings.VerboseLogging) return 'debug';
  return settings.ErrorsOnlyLogging ? 'error' : 'info';
}
