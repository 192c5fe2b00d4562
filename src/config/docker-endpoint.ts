import { join } from 'node:path';
import { ConfigError } from './config-error.js';
import { dockerConfigDir, readContext, readCurrentContext, readOptional } from './docker-context.js';
import type { DockerContext } from './docker-context.js';
import { readAt } from './layers.js';
import type { Environment, Layer } from './layers.js';
import { ENGINE_URL_ALLOWED, readEngineUrl } from './node-settings.js';

/** PEM texts for the engine's TLS; `verify` false takes any certificate of the engine. */
export interface DockerTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly verify: boolean;
}

/** Where the Docker Engine is reached. */
export type DockerEndpoint =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: DockerTls };

const DEFAULT_SOCKET = 'unix:///var/run/docker.sock';
const PLAIN_PORT = 2375;
const TLS_PORT = 2376;

/**
 * The engine to use, chosen as the docker command chooses: command line, DOCKER_HOST, the key's own variable,
 * DOCKER_CONTEXT, the configuration file, the current context, the default socket.
 * @throws ConfigError naming the origin of an address that cannot be used
 * @see https://docs.docker.com/reference/cli/docker/#environment-variables
 */
export function findDockerEndpoint(flags: Layer, file: Layer, env: Environment): DockerEndpoint {
  const stated: readonly (readonly [host: string | undefined, origin: string])[] = [
    [readHost(flags), 'command line'],
    [env['DOCKER_HOST'], 'DOCKER_HOST'],
    [env['DOCKERHOST'], 'DOCKERHOST'],
  ];
  for (const [host, origin] of stated) if (host) return toEndpoint(host, origin, () => readVariableTls(env));
  const inFile = readHost(file);
  const contextName = env['DOCKER_CONTEXT'] || (inFile ? undefined : readCurrentContext(env));
  if (contextName !== undefined && contextName !== 'default') {
    const context = readContext(contextName, env);
    return toEndpoint(context.host, `Docker context "${contextName}"`, () => readContextTls(context));
  }
  if (contextName === undefined && inFile) return toEndpoint(inFile, 'DockerHost', () => readVariableTls(env));
  return toEndpoint(DEFAULT_SOCKET, 'default', () => undefined);
}

function readHost(layer: Layer): string | undefined {
  const host = readAt(layer.raw, ['DockerHost']);
  return typeof host === 'string' ? host : undefined;
}

function toEndpoint(host: string, origin: string, readTls: () => DockerTls | undefined): DockerEndpoint {
  if (readEngineUrl(host) === undefined) throw new ConfigError([`Docker host ${host} (${origin}) cannot be used: give ${ENGINE_URL_ALLOWED}`]);
  if (host.startsWith('unix://')) return { kind: 'socket', path: host.slice('unix://'.length) };
  // A special scheme makes URL drop its default port, so the port is read from a scheme that has none.
  const url = new URL(host.replace(/^(tcp|https?):/, 'tcp:'));
  const tls = readTls() ?? (host.startsWith('https:') ? { verify: true } : undefined);
  const port = Number(url.port) || (tls === undefined ? PLAIN_PORT : TLS_PORT);
  return { kind: 'tcp', host: url.hostname.replace(/^\[|\]$/g, ''), port, ...(tls && { tls }) };
}

/** DOCKER_TLS_VERIFY: both sides prove themselves; DOCKER_TLS: the engine's certificate is not checked. */
function readVariableTls(env: Environment): DockerTls | undefined {
  const verify = Boolean(env['DOCKER_TLS_VERIFY']);
  if (!verify && !env['DOCKER_TLS']) return undefined;
  const dir = env['DOCKER_CERT_PATH'] || dockerConfigDir(env);
  const tls = readTlsFiles(dir, verify);
  if (verify && tls.ca === undefined) {
    throw new ConfigError([`DOCKER_TLS_VERIFY is set, but ${join(dir, 'ca.pem')} does not exist: set DOCKER_CERT_PATH`]);
  }
  return tls;
}

function readContextTls(context: DockerContext): DockerTls | undefined {
  const tls = readTlsFiles(context.tlsDir, !context.skipTlsVerify);
  const used = context.skipTlsVerify || tls.ca !== undefined || tls.cert !== undefined;
  return used ? tls : undefined;
}

function readTlsFiles(dir: string, verify: boolean): DockerTls {
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readOptional(join(dir, name)));
  return { verify, ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) };
}
