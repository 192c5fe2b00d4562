import { isIPv4 } from 'node:net';
import type { Settings } from './schema.js';

/** Where the plugin listens. `mode` holds permission bits. */
export type ListenAddress =
  | { readonly kind: 'socket'; readonly path: string; readonly mode: number }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

type ListenSettings = Pick<Settings, 'SidecarURL' | 'SidecarPort' | 'Socket' | 'SocketMode'>;

/** `Socket` wins over `SidecarURL`. */
export function toListenAddress(settings: ListenSettings): ListenAddress {
  const { SidecarURL: url, SidecarPort: port, SocketMode: mode } = settings;
  const path = settings.Socket ?? (url.startsWith('unix://') ? url.slice('unix://'.length) : undefined);
  if (path !== undefined) return { kind: 'socket', path, mode };
  return { kind: 'tcp', host: url.replace(/^http:\/\//, '').replace(/^\[|\]$/g, ''), port };
}

/** Whether only this host can reach the plugin. Anything else deserves a warning at start. */
export function isLoopback({ listen }: { readonly listen: ListenAddress }): boolean {
  if (listen.kind === 'socket') return true;
  return listen.host === 'localhost' || listen.host === '::1' || (isIPv4(listen.host) && listen.host.startsWith('127.'));
}
