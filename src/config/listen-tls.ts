import { ConfigError } from './config-error.js';
import type { Settings } from './schema.js';

/** Files with PEM text: the plugin's certificate and key, and the authorities that its callers' certificates are from. */
export interface ListenTls {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string;
}

type TlsSettings = Pick<Settings, 'SidecarURL' | 'Socket' | 'TLSCert' | 'TLSKey' | 'TLSClientCA'>;

/**
 * The files of a TLS endpoint; `undefined` where there is none. Callers always prove themselves: encryption alone would let
 * anybody run containers.
 * @throws ConfigError when one of them is missing, or they cannot serve what is listened on
 */
export function toListenTls({ SidecarURL: url, Socket: socket, TLSCert: certFile, TLSKey: keyFile, TLSClientCA: clientCaFile }: TlsSettings): ListenTls | undefined {
  const keys = { TLSCert: certFile, TLSKey: keyFile, TLSClientCA: clientCaFile };
  const missing = Object.entries(keys).flatMap(([key, file]) => (file === undefined ? [key] : []));
  if (missing.length === 3) {
    if (url.startsWith('https:')) throw new ConfigError([`SidecarURL is "${url}": give TLSCert, TLSKey and TLSClientCA with it, or http://`]);
    return undefined;
  }
  if (certFile === undefined || keyFile === undefined || clientCaFile === undefined) {
    throw new ConfigError([`TLSCert, TLSKey and TLSClientCA go together: ${missing.join(' and ')} is not set`]);
  }
  if (socket !== undefined || url.startsWith('unix:')) throw new ConfigError(['TLSCert is set, but what is listened on is a unix socket, which has no TLS: give SidecarURL, or a SocketGroup']);
  return { certFile, keyFile, clientCaFile };
}
