import { readAbsolutePath, readByteSize, readCount, readFileMode, readMatching, readSocketPath } from './readers.js';
import { optionalSetting, setting } from './setting.js';
import type { Reader } from './setting.js';

/** `http://host` or `https://host` without a port, or `unix:///path`. */
const readSidecarUrl: Reader<string> = (raw) => {
  const text = String(raw);
  if (/^unix:\/\/\/./.test(text)) return text;
  return /^https?:\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)\/?$/.test(text) ? text.replace(/\/$/, '') : undefined;
};

const ALLOWED_PEM = 'absolute path of a PEM file';

/** Where the plugin listens; names and meaning as in the other interLink plugins. */
export const serverSettings = {
  SidecarURL: setting(readSidecarUrl, {
    fallback: 'http://127.0.0.1',
    allowed: 'http:// (with the TLS keys https://) and a host or address without a port (that is SidecarPort), or unix:///path/of/a.sock',
    about: 'Address to listen on. Without the TLS keys the wire has no authentication: anything but loopback or a socket is your explicit choice.',
  }),
  SidecarPort: setting(readCount(0, 65535), {
    fallback: '4000',
    allowed: 'a port from 0 to 65535 (0: a free one)',
    about: 'TCP port to listen on.',
  }),
  Socket: optionalSetting(readSocketPath, {
    allowed: 'unix:///path/of/a.sock, or the absolute path',
    about: 'Unix socket to listen on instead of TCP.',
  }),
  SocketMode: setting(readFileMode, {
    fallback: '0660',
    allowed: 'permission bits in octal, such as 0660',
    about: 'Permissions of the unix socket.',
  }),
  SocketGroup: optionalSetting(readMatching(/^(\d{1,9}|[A-Za-z_][A-Za-z0-9_.-]{0,62}\$?)$/), {
    allowed: 'name or id of a group',
    about: 'Group of the unix socket. Without it: the group that the plugin runs as.',
  }),
  TLSCert: optionalSetting(readAbsolutePath, { allowed: ALLOWED_PEM, about: 'Certificate to serve with, over TLS; with TLSKey and TLSClientCA.' }),
  TLSKey: optionalSetting(readAbsolutePath, { allowed: ALLOWED_PEM, about: 'Key of TLSCert.' }),
  TLSClientCA: optionalSetting(readAbsolutePath, { allowed: ALLOWED_PEM, about: 'Authorities of which one must have signed the certificate of a caller.' }),
  BodyLimit: setting(readByteSize, {
    fallback: '16Mi',
    allowed: 'a number of bytes, or a quantity such as 16Mi',
    about: 'Largest request body that is read.',
  }),
};
