import { z } from 'zod';
import { listSetting, mapSetting } from './collection-setting.js';
import type { Reader } from './setting.js';

/** Before the path of a device, which nothing else tells from a directory. */
const BLOCK = 'block:';
const PLACEHOLDER = /\{(namespace|claim)\}/g;

/** Where the data of a claim lies: an engine volume, a directory or a block device, with `{namespace}` and `{claim}` for the claim's own. */
export interface ClaimTarget {
  readonly kind: 'volume' | 'directory' | 'device';
  readonly template: string;
  readonly readOnly: boolean;
}

/** An export of an NFS server. */
export interface NfsExport {
  readonly server: string;
  /** Absolute and clean. */
  readonly path: string;
  readonly readOnly: boolean;
}

/** `team/data`, with `*` for any run of letters in either part. */
const readClaimPattern: Reader<string> = (raw) => (/^[a-z0-9*-]+\/[a-z0-9.*-]+$/.test(String(raw)) ? String(raw) : undefined);

const readClaimTarget: Reader<ClaimTarget> = (raw) => {
  const { text, readOnly } = withoutMark(String(raw));
  const isDevice = text.startsWith(BLOCK);
  const template = isDevice ? text.slice(BLOCK.length) : text;
  // Two names beside each other could be cut in two ways: one claim would get the data of another.
  if (/\}[^/_]*\{/.test(template)) return undefined;
  const literal = template.replace(PLACEHOLDER, 'x');
  if (isCleanPath(literal)) return { kind: isDevice ? 'device' : 'directory', template, readOnly };
  return !isDevice && /^[A-Za-z0-9][A-Za-z0-9_.-]+$/.test(literal) ? { kind: 'volume', template, readOnly } : undefined;
};

/** A comma would end the server's place among the mount options. */
const readNfsExport: Reader<NfsExport> = (raw) => {
  const { text, readOnly } = withoutMark(String(raw));
  const [, server = '', path = ''] = /^([A-Za-z0-9][A-Za-z0-9.-]*):(\/.*)$/.exec(text) ?? [];
  return server !== '' && (path === '/' || isCleanPath(path)) ? { server, path, readOnly } : undefined;
};

function withoutMark(text: string): { text: string; readOnly: boolean } {
  return text.endsWith(':ro') ? { text: text.slice(0, -':ro'.length), readOnly: true } : { text, readOnly: false };
}

function isCleanPath(path: string): boolean {
  return /^(\/[^/\0:,{}]+)+$/.test(path) && !path.split('/').some((part) => part === '.' || part === '..');
}

/** What volumes of pods are made of beside what the cluster sends. Paths of the host: see PodSecurity.HostPaths. */
export const volumeSettings = z
  .strictObject({
    Claims: mapSetting(readClaimPattern, readClaimTarget, {
      allowed: 'namespace/claim=target, where * stands for any name, and target is an engine volume, a directory of its host or block:/dev/…, with {namespace} and {claim} (with / or _ between them), and :ro at its end for reading only',
      about: 'Where the data of persistent volume claims lies; the first that fits counts. A claim that none fits is refused.',
    }),
    NFS: listSetting(readNfsExport, {
      allowed: 'server:/export, with :ro at its end for reading only',
      about: 'Exports of NFS servers that pods may mount (by NFS version 4).',
    }),
  })
  .prefault({});
