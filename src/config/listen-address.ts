import { isIPv4 } from 'node:net';
import { type ListenTls, toListenTls } from './listen-tls.js';
import type { Settings } from './schema.js';

/** Where the plugin listens. `mode` holds permission bits. */
export type ListenAddress =
  | { readonly kind: 'socket'; readonly path: string; readonly mode: number; readonly group?: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: ListenTls };

type ListenSettings = Pick<Settings, 'SidecarURL' | 'SidecarPort' | 'Socket' | 'SocketMode' | 'SocketGroup' | 'TLSCert' | 'TLSKey' | 'TLSClientCA'>;

/** `Socket` wins over `SidecarURL`. @throws ConfigError when TLS cannot be had as it is asked for */
export function toListenAddress(settings: ListenSettings): ListenAddress {
  const { SidecarURL: url, SidecarPort: port, SocketMode: mode, SocketGroup: group } = settings;
  const tls = toListenTls(settings);
  const path = settings.Socket ?? (url.startsWith('unix://') ? url.slice('unix://'.length) : undefined);
  if (path !== undefined) return { kind: 'socket', path, mode, ...(group !== undefined && { group }) };
  return { kind: 'tcp', host: url.replace(/^https?:\/\//, '').replace(/^\[|\]$/g, ''), port, ...(tls !== undefined && { tls }) };
}

/** Whether only this host can reach the plugin, or only who proves himself. Anything else deserves a warning at start. */
export function isGuarded({ listen }: { readonly listen: ListenAddress }): boolean {
  return (listen.kind === 'tcp' && listen.tls !== undefined) || isLocal({ listen });
}

/** Whether only this host can reach the plugin. */
export function isLocal({ listen }: { readonly listen: ListenAddress }): boolean {
  if (listen.kind === 'socket') return true;
  return listen.host === 'localhost' || listen.host === '::1' || (isIPv4(listen.host) && listen.host.startsWith('127.'));
}
