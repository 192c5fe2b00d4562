import { spawnSync } from 'node:child_process';
import type { EngineUnderTest } from './engine-under-test.js';

/** What of the engine decides which tests can run on it. Asked synchronously: it must be known while tests are declared. */
export interface EngineFacts {
  readonly securityOptions: readonly string[];
  readonly runtimes: readonly string[];
}

const INFO = `
  const request = require('node:http').get({ ...JSON.parse(process.argv[1]), path: '/info', timeout: 5000 }, (response) => response.pipe(process.stdout));
  request.on('error', () => process.exit(1)).on('timeout', () => process.exit(1));
`;

export function readEngineFacts({ endpoint }: EngineUnderTest): EngineFacts {
  const { stdout, status } = spawnSync(process.execPath, ['-e', INFO, JSON.stringify(endpoint)], { encoding: 'utf8', maxBuffer: 2 ** 24 });
  if (status !== 0) throw new Error('the engine does not say what it is');
  const { SecurityOptions, Runtimes } = JSON.parse(stdout) as { SecurityOptions: string[] | null; Runtimes: Record<string, unknown> | null };
  const names = (SecurityOptions ?? []).map((option) => /name=([^,]+)/.exec(option)?.[1] ?? option);
  return { securityOptions: names, runtimes: Object.keys(Runtimes ?? {}) };
}
