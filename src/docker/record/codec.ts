import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { messageOf, ProviderError } from '../../errors.js';
import { largestPart, type Part } from './largest-part.js';
import { NETWORK_RECORD_VERSION, type PodRecord } from './types.js';
import { type AnyRecord, toCurrent } from './versions.js';

/** Its own string, so that a later format can change everything else. */
const VERSION_ENTRY = 'INTERLINK_RECORD_VERSION=';
const PART_ENTRY = /^INTERLINK_RECORD_(\d+)=/;
/** The kernel takes strings of 131,071 bytes, and every program in the container inherits all of them. */
const LONGEST_STRING = 120_000;
const LARGEST_RECORD = 1_000_000;
/** A record comes from a request of a few MB; the bound keeps foreign data from filling the memory. */
const LARGEST_JSON = 256 * 1024 * 1024;

/** gzip, because its checksum tells damage from data. */
const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** A record in a format that came after this version of the plugin: the pod is kept and reported, not touched. */
export class UnknownRecordVersion extends Error {
  override readonly name = 'UnknownRecordVersion';

  constructor(readonly version: number) {
    super(`the pod's record has format version ${version}; this plugin reads versions up to ${NETWORK_RECORD_VERSION}`);
  }
}

/** A record that is not whole, or was never one. */
export class DamagedRecord extends Error {
  override readonly name = 'DamagedRecord';

  constructor(why: string, options?: ErrorOptions) {
    super(`the pod's record cannot be read: ${why}`, options);
  }
}

/**
 * The record as strings for the sandbox's environment: its version, then gzipped JSON in base64.
 * @throws ProviderError `TooLarge`, naming the largest part of the pod
 */
export async function encodeRecord(record: PodRecord): Promise<string[]> {
  const text = (await compress(JSON.stringify(record))).toString('base64');
  const entries = [`${VERSION_ENTRY}${record.version}`];
  for (let at = 0; at < text.length; ) {
    const name = `INTERLINK_RECORD_${entries.length - 1}=`;
    const part = text.slice(at, at + LONGEST_STRING - name.length);
    entries.push(name + part);
    at += part.length;
  }
  const size = entries.reduce((sum, entry) => sum + entry.length, 0);
  if (size > LARGEST_RECORD) {
    const what = `the pod takes ${inKilobytes(size)} on record, over the ${inKilobytes(LARGEST_RECORD)} that an engine can keep of one`;
    const largest = largestPartOf(record);
    throw new ProviderError('TooLarge', `${what}; its largest part is ${largest.path} (${inKilobytes(largest.bytes)})`);
  }
  return entries;
}

/**
 * The record among the environment of a sandbox, in any order and among other entries.
 * @throws UnknownRecordVersion for a newer format, DamagedRecord for anything that is not a whole record
 */
export async function decodeRecord(env: readonly string[]): Promise<PodRecord> {
  const version = env.find((entry) => entry.startsWith(VERSION_ENTRY))?.slice(VERSION_ENTRY.length);
  if (version === undefined || !/^[1-9]\d{0,8}$/.test(version)) throw new DamagedRecord('it has no format version');
  if (Number(version) > NETWORK_RECORD_VERSION) throw new UnknownRecordVersion(Number(version));
  const record = await readParts(env);
  if (!isRecord(record, Number(version))) throw new DamagedRecord('it does not hold a pod');
  return toCurrent(record);
}

function largestPartOf({ pod, sealed = '' }: PodRecord): Part {
  const inPod = largestPart(pod, 'pod');
  return inPod.bytes >= sealed.length ? inPod : { path: 'pod.spec.volumes: the files of its Secrets', bytes: sealed.length };
}

async function readParts(env: readonly string[]): Promise<unknown> {
  const parts: string[] = [];
  for (const entry of env) {
    const [name = '', index] = PART_ENTRY.exec(entry) ?? [];
    if (index !== undefined && Number(index) < env.length) parts[Number(index)] = entry.slice(name.length);
  }
  try {
    const packed = Buffer.from(parts.join(''), 'base64');
    return JSON.parse((await decompress(packed, { maxOutputLength: LARGEST_JSON })).toString('utf8'));
  } catch (error) {
    throw new DamagedRecord(messageOf(error), { cause: error });
  }
}

/** Enough of the shape that no reader stumbles: the checksum has vouched for the rest. */
function isRecord(value: unknown, version: number): value is AnyRecord {
  const record = value as Partial<AnyRecord> | null;
  return (
    record?.version === version &&
    typeof record.pod?.metadata?.uid === 'string' &&
    Array.isArray(record.pod.spec?.containers) &&
    typeof record.network?.ip === 'string' &&
    Array.isArray(record.volumes)
  );
}

function inKilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000)} kB`;
}
