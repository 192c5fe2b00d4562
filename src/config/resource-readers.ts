import { readByteSize } from './readers.js';
import type { Reader } from './setting.js';

/** Cores as Kubernetes writes them: `4`, `0.5`, `250m`. The value is in millicores. */
export const readMilliCpu: Reader<number> = (raw) => {
  const [, whole = '', fraction = '', milli] = /^(\d{1,6})(?:\.(\d{1,3}))?(m)?$/.exec(String(raw)) ?? [];
  if (whole === '' || (milli !== undefined && fraction !== '')) return undefined;
  return milli === undefined ? Number(whole) * 1000 + Number(fraction.padEnd(3, '0')) : Number(whole);
};

/** A limit of processes, `name=soft:hard`, or `name=both`; -1 stands for none. */
export const readUlimit: Reader<{ readonly name: string; readonly soft: number; readonly hard: number }> = (raw) => {
  const [, name, soft, hard = soft] = /^([a-z]{2,12})=(-1|\d{1,15})(?::(-1|\d{1,15}))?$/.exec(String(raw)) ?? [];
  if (name === undefined || !ULIMITS.includes(name)) return undefined;
  const isOrdered = hard === '-1' || (soft !== '-1' && Number(soft) <= Number(hard));
  return isOrdered ? { name, soft: Number(soft), hard: Number(hard) } : undefined;
};

/** Those that the engine knows. */
const ULIMITS = ['core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nice', 'nofile', 'nproc', 'rss', 'rtprio', 'rttime', 'sigpending', 'stack'];

const KEY = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

/** A taint as kubectl writes it: `key=value:Effect`, `key:Effect`. */
export const readTaint: Reader<{ readonly key: string; readonly value: string; readonly effect: (typeof EFFECTS)[number] }> = (raw) => {
  const [, key = '', value = '', word] = /^([^=:]+)(?:=([^:]*))?:(\w+)$/.exec(String(raw)) ?? [];
  const effect = EFFECTS.find((one) => one === word);
  return effect !== undefined && KEY.test(key) && VALUE.test(value) ? { key, value, effect } : undefined;
};

/** One line of `Resources.Extended`: so many of a resource, or one device of it. */
export type ExtendedEntry = { readonly name: string } & (
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'nvidia' | 'cdi'; readonly id: string }
  /** Files that belong together, for as many pods at a time as there are `copies`. */
  | { readonly kind: 'files'; readonly files: readonly { readonly host: string; readonly container: string }[]; readonly copies: number }
);

const RESOURCE = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)=(.+)$/;
const HUGEPAGES = /^(hugepages-\d{1,6}(?:Ki|Mi|Gi))=(.+)$/;
const DEVICE_ID = /^[A-Za-z0-9][-A-Za-z0-9_.:/]{0,127}$/;
const CDI_NAME = /^[A-Za-z0-9][-A-Za-z0-9_.]*\/[A-Za-z0-9][-A-Za-z0-9_.]*=[A-Za-z0-9][-A-Za-z0-9_.:]*$/;
const DEVICE_FILE = /^\/dev\/[^\0*+]+$/;

/**
 * - `example.com/licence=5` counts
 * - `nvidia.com/gpu=nvidia:0` is a GPU by index or UUID
 * - `example.com/fpga=cdi:vendor.com/fpga=card0` is a device by its CDI name
 * - `amd.com/gpu=/dev/kfd+/dev/dri/renderD128` is a set of device files
 * - `example.com/fuse=/dev/fuse*10` is one that ten pods may have at a time; `/dev/a:/dev/b` gives it another name in the container
 */
export const readExtendedEntry: Reader<ExtendedEntry> = (raw) => {
  const [, pages, size] = HUGEPAGES.exec(String(raw)) ?? [];
  if (pages !== undefined) return toCount(pages, readByteSize(size ?? ''));
  const parts = RESOURCE.exec(String(raw));
  return parts === null ? undefined : readSource(parts[1] ?? '', parts[4] ?? '');
};

function readSource(name: string, source: string): ExtendedEntry | undefined {
  if (/^\d{1,6}$/.test(source)) return toCount(name, Number(source));
  if (source.startsWith('/')) return readFiles(name, source);
  const [, kind, id = ''] = /^(nvidia|cdi):(.+)$/.exec(source) ?? [];
  if (kind === 'nvidia') return DEVICE_ID.test(id) ? { name, kind, id } : undefined;
  return kind === 'cdi' && CDI_NAME.test(id) ? { name, kind, id } : undefined;
}

function toCount(name: string, count: number | undefined): ExtendedEntry | undefined {
  return count === undefined ? undefined : { name, kind: 'count', count };
}

function readFiles(name: string, source: string): ExtendedEntry | undefined {
  const [, paths = '', copies = '1'] = /^([^*]+)(?:\*(\d{1,4}))?$/.exec(source) ?? [];
  const files = paths.split('+').map((path) => {
    // A path of a bus has colons in it: only one before a slash separates.
    const [host = '', container = host, ...more] = path.split(/:(?=\/)/);
    return more.length === 0 && [host, container].every(isDeviceFile) ? { host, container } : undefined;
  });
  const known = files.flatMap((file) => file ?? []);
  return known.length < files.length || Number(copies) === 0 ? undefined : { name, kind: 'files', files: known, copies: Number(copies) };
}

function isDeviceFile(path: string): boolean {
  return DEVICE_FILE.test(path) && !path.split('/').includes('..');
}
