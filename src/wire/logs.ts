import { checkLabel, checkUid } from './names.js';
import { readCount, readFlag, readName, readObject, readOptionalString, type JsonObject } from './reading.js';
import { memberPath, WireError } from './wire-error.js';

/** v1.PodLogOptions with what is not asked for left out. */
export interface LogOptions {
  readonly tailLines?: number;
  readonly limitBytes?: number;
  readonly timestamps: boolean;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly since?: Date;
}

/** Which log is asked for. */
export interface LogRequest {
  readonly podUid: string;
  readonly podName: string;
  readonly namespace: string;
  /** Absent: the pod's default container. */
  readonly container?: string;
  readonly options: LogOptions;
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;

/**
 * Body of GET /getLogs. interLink sends every option always; 0, "" and a time in the year 1 mean unset.
 * @throws WireError for negative numbers, wrong types and names that cannot be
 */
export function parseLogRequest(body: unknown, now: Date): LogRequest {
  const request = readObject(body, '');
  const podUid = readName(request, 'PodUID', '');
  checkUid(podUid, 'PodUID');
  const container = readOptionalString(request, 'ContainerName', '');
  if (container !== '') checkLabel(container, 'ContainerName');
  return {
    podUid,
    podName: readOptionalString(request, 'PodName', ''),
    namespace: readOptionalString(request, 'Namespace', ''),
    ...(container === '' ? {} : { container }),
    options: parseOptions(readObject(request['Opts'] ?? {}, 'Opts'), 'Opts', now),
  };
}

function parseOptions(options: JsonObject, path: string, now: Date): LogOptions {
  const tailLines = readCount(options, 'Tail', path);
  const limitBytes = readCount(options, 'Bytes', path);
  const since = parseSince(options, path, now);
  return {
    ...(tailLines === 0 ? {} : { tailLines }),
    ...(limitBytes === 0 ? {} : { limitBytes }),
    timestamps: readFlag(options, 'Timestamps', path),
    follow: readFlag(options, 'Follow', path),
    previous: readFlag(options, 'Previous', path),
    ...(since === undefined ? {} : { since }),
  };
}

/** The later of the two, when both are set: each of them only takes lines away. */
function parseSince(options: JsonObject, path: string, now: Date): Date | undefined {
  const seconds = readCount(options, 'SinceSeconds', path);
  const time = parseTime(readOptionalString(options, 'SinceTime', path), memberPath(path, 'SinceTime'));
  const start = seconds === 0 ? undefined : new Date(Math.max(now.getTime() - seconds * 1000, 0));
  if (start === undefined || time === undefined) return start ?? time;
  return start > time ? start : time;
}

function parseTime(text: string, path: string): Date | undefined {
  if (text === '') return undefined;
  const time = new Date(text);
  if (!RFC3339.test(text) || Number.isNaN(time.getTime())) throw new WireError(path, 'must be an RFC 3339 time');
  return time.getUTCFullYear() <= 1 ? undefined : time;
}
