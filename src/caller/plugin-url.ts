/** Where a plugin listens. */
export type PluginAddress =
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly isTls: boolean };

/** What `parsePluginUrl` takes. */
export const PLUGIN_URL_ALLOWED = 'http://host:port, https://host:port or unix:///path/of/a.sock';

const DEFAULT_PORT = 4000;

/** Address of a plugin; without a port: 4000. `undefined` for anything else than `PLUGIN_URL_ALLOWED`. */
export function parsePluginUrl(text: string): PluginAddress | undefined {
  if (/^unix:\/\/\/./.test(text)) return { kind: 'socket', path: text.slice('unix://'.length) };
  const [, scheme, host, port] = /^(https?):\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?\/?$/.exec(text) ?? [];
  if (host === undefined || Number(port) > 65535) return undefined;
  return { kind: 'tcp', host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? DEFAULT_PORT : Number(port), isTls: scheme === 'https' };
}
