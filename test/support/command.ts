import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

export interface CommandEnd {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  /** All it has said so far on standard error. */
  readonly stderr: string;
  readonly end: Promise<CommandEnd>;
}

/** The built `interlink-docker` with arguments; `npm run build` makes it. @param env beside the PATH @param main that of another installation */
export function startCommand(args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}, main = resolve('dist/main.js')): RunningCommand {
  const child = spawn(process.execPath, [main, ...args], { env: { PATH: process.env['PATH'] ?? '', ...env } });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  child.stdin.end(input);
  const stdout = text(child.stdout);
  const end = once(child, 'close').then(async ([exitCode]) => ({ exitCode: exitCode as number | null, stdout: await stdout, stderr: said }));
  return {
    child,
    get stderr() {
      return said;
    },
    end,
  };
}
