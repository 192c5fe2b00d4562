import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { CommandEnd } from './command.js';

/** Runs commands as a reader of the documentation would, who has `interlink-docker` on the PATH: the first that fails ends it. */
export async function runAsReader(commands: string, env: Readonly<Record<string, string>>): Promise<CommandEnd> {
  const directory = mkdtempSync(join(tmpdir(), 'reader-'));
  try {
    const program = join(directory, 'interlink-docker');
    writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${resolve('dist/main.js')}" "$@"\n`);
    chmodSync(program, 0o755);
    const child = spawn('bash', ['-e', '-c', commands], { env: { PATH: `${directory}:${process.env['PATH'] ?? ''}`, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close') as Promise<[number | null]>]);
    return { exitCode, stdout, stderr };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
