import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'test/fixtures/wire';

/** One request of the real interLink, and what was answered to it. */
export interface Capture {
  readonly name: string;
  readonly call: 'create' | 'delete' | 'status' | 'getLogs';
  readonly request: unknown;
  /** Parsed where the answer is JSON. */
  readonly response: unknown;
}

const CALLS = { create: 'create', delete: 'delete', status: 'status', ping: 'status', getlogs: 'getLogs' } as const;

/** Every capture whose name begins with `prefix`. */
export function captures(prefix = ''): readonly Capture[] {
  return readdirSync(FOLDER)
    .filter((file) => file.startsWith(prefix) && file.endsWith('.request.json'))
    .map((file) => readCapture(file.replace('.request.json', '')));
}

/** One capture by name; a fresh copy each time. */
export function readCapture(name: string): Capture {
  const kind = Object.keys(CALLS).find((prefix) => name.startsWith(prefix)) as keyof typeof CALLS;
  const call = CALLS[kind];
  const isJson = call === 'create' || call === 'status';
  return { name, call, request: readJson(`${name}.request.json`), response: isJson ? readJson(`${name}.response.json`) : readText(`${name}.response.txt`) };
}

function readText(file: string): string {
  return readFileSync(join(FOLDER, file), 'utf8');
}

function readJson(file: string): unknown {
  return JSON.parse(readText(file)) as unknown;
}
