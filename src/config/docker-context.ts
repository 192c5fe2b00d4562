import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../errors.js';
import { ConfigError } from './config-error.js';
import { isMapping, readAt } from './layers.js';
import type { Environment } from './layers.js';

/** A Docker context: where its engine is, and the directory of its TLS files. */
export interface DockerContext {
  readonly name: string;
  readonly host: string;
  readonly skipTlsVerify: boolean;
  readonly tlsDir: string;
}

/** The docker command's own directory: DOCKER_CONFIG, else `~/.docker`. */
export function dockerConfigDir(env: Environment): string {
  return env['DOCKER_CONFIG'] || join(env['HOME'] || homedir(), '.docker');
}

/** Where the docker command keeps logins and the current context. */
export function dockerConfigFile(env: Environment): string {
  return join(dockerConfigDir(env), 'config.json');
}

/** Name of the context that `docker context use` chose; `undefined` for none. */
export function readCurrentContext(env: Environment): string | undefined {
  const name = readAt(readJson(dockerConfigFile(env)), ['currentContext']);
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/**
 * A context from the docker command's store, where directories are named by the SHA-256 of the context's name.
 * @throws ConfigError when there is no such context or it has no Docker engine
 */
export function readContext(name: string, env: Environment): DockerContext {
  const contexts = join(dockerConfigDir(env), 'contexts');
  const digest = createHash('sha256').update(name).digest('hex');
  const file = join(contexts, 'meta', digest, 'meta.json');
  const meta = readJson(file);
  const host = readAt(meta, ['Endpoints', 'docker', 'Host']);
  if (typeof host !== 'string' || host === '') {
    throw new ConfigError([`Docker context "${name}" (DOCKER_CONTEXT or "docker context use") has no engine in ${file}`]);
  }
  const skipTlsVerify = readAt(meta, ['Endpoints', 'docker', 'SkipTLSVerify']) === true;
  return { name, host, skipTlsVerify, tlsDir: join(contexts, 'tls', digest, 'docker') };
}

/** A file's text, `undefined` when it does not exist. @throws ConfigError when it exists and cannot be read */
export function readOptional(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (readAt(error, ['code']) === 'ENOENT') return undefined;
    throw new ConfigError([`Cannot read ${file}: ${messageOf(error)}`], { cause: error });
  }
}

function readJson(file: string): unknown {
  const text = readOptional(file);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isMapping(value) ? value : undefined;
  } catch (error) {
    throw new ConfigError([`${file} is not JSON`], { cause: error }); // the parser quotes it, and there may be logins in it
  }
}
