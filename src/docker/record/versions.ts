import type { OwnVolume } from './pod-volume.js';
import { type PodRecord, RECORD_VERSION } from './types.js';

/** Version 1, which had nothing but engine volumes of the pod's own and no devices. */
type RecordVersion1 = Omit<PodRecord, 'version' | 'volumes'> & { readonly version: 1; readonly volumes: readonly Omit<OwnVolume, 'kind'>[] };

/** A record as some version of the plugin wrote it. */
export type AnyRecord = PodRecord | RecordVersion1;

/** A record of any version that is read, as this version would have written it. */
export function toCurrent(record: AnyRecord): PodRecord {
  if (record.version !== 1) return record;
  return { ...record, version: RECORD_VERSION, volumes: record.volumes.map((volume) => ({ kind: 'own', ...volume })) };
}
