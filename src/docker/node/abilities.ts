import type { EngineInfo, EngineVersion } from '../../engine/index.js';

/** What the engine behind this node can do, asked at every connect: it may have been replaced by a newer one. */
export interface EngineAbilities {
  /** Spoken between the two, e.g. `1.41`. */
  readonly apiVersion: string;
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** Of an engine that has not been reached yet. */
export const NO_ABILITIES: EngineAbilities = { apiVersion: '1.41', cpus: 0, memoryBytes: 0 };

export function toAbilities(version: EngineVersion, info: EngineInfo): EngineAbilities {
  return { apiVersion: version.apiVersion, cpus: info.cpus, memoryBytes: info.memoryBytes };
}
