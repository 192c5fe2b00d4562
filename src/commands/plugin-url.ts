import { type ListenAddress, loadConfig } from '../config/index.js';

/** Where the plugin is that a client command is for. */
export interface PluginFlags {
  readonly config?: string;
  readonly url?: string;
}

/**
 * Where the plugin of this configuration listens, as a client takes it.
 * @throws Error for one that speaks TLS, which asks for a client certificate; ConfigError
 */
export function configuredPluginUrl(file: string | undefined): string {
  return toPluginUrl(loadConfig({ file, env: process.env }).listen);
}

/** The same for one address. @throws Error for TLS */
export function toPluginUrl(listen: ListenAddress): string {
  if (listen.kind === 'socket') return `unix://${listen.path}`;
  if (listen.tls !== undefined) throw new Error('the plugin listens over TLS, with client certificates: commands reach it on a unix socket or a loopback address');
  return `http://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${listen.port}`;
}
