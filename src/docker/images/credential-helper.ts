import { spawn } from 'node:child_process';
import type { RegistryLogin } from '../../engine/index.js';

/** What a helper has for a registry. */
export type HelperAnswer =
  | { readonly kind: 'login'; readonly login: RegistryLogin }
  | { readonly kind: 'none' }
  /** Without a word of what it wrote. */
  | { readonly kind: 'failed'; readonly why: string };

export interface HelperOptions {
  readonly timeoutMs?: number;
  /** Default: that of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

const LONGEST_RUN_MS = 30_000;
const LONGEST_ANSWER = 1024 * 1024;
/** It becomes part of a program's name. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
/** How a helper says that it has none; there is no other sign. */
const NOT_FOUND = /credentials not found|no credentials server URL/i;
/** A user name that says that the secret is no password. */
const TOKEN_USER = '<token>';

/**
 * Asks `docker-credential-<name>`, found by PATH, for a registry's login. No shell; killed with its children after 30 s.
 * @see https://github.com/docker/docker-credential-helpers for the protocol
 */
export async function askHelper(name: string, registry: string, { timeoutMs = LONGEST_RUN_MS, env }: HelperOptions = {}): Promise<HelperAnswer> {
  if (!NAME.test(name)) return { kind: 'failed', why: 'its name is none of a program' };
  const end = await run(`docker-credential-${name}`, registry, timeoutMs, env);
  if (end.kind === 'failed') return end;
  if (end.exitCode !== 0) return NOT_FOUND.test(end.stdout) ? { kind: 'none' } : { kind: 'failed', why: `it ended with exit code ${end.exitCode}` };
  return toAnswer(end.stdout);
}

function toAnswer(stdout: string): HelperAnswer {
  try {
    const { Username: username, Secret: secret } = JSON.parse(stdout) as { Username?: unknown; Secret?: unknown };
    if (typeof username !== 'string' || typeof secret !== 'string') return { kind: 'failed', why: 'its answer has no Username and Secret' };
    if (username === '' && secret === '') return { kind: 'none' };
    return { kind: 'login', login: username === TOKEN_USER ? { identityToken: secret } : { username, password: secret } };
  } catch {
    return { kind: 'failed', why: 'its answer is not JSON' };
  }
}

type End = { readonly kind: 'ended'; readonly exitCode: number; readonly stdout: string } | (HelperAnswer & { kind: 'failed' });

function run(program: string, input: string, timeoutMs: number, env: HelperOptions['env']): Promise<End> {
  return new Promise((resolve) => {
    // A process group of its own, so that what it starts goes with it.
    const child = spawn(program, ['get'], { stdio: ['pipe', 'pipe', 'ignore'], detached: true, ...(env && { env }) });
    let stdout = '';
    const settle = (end: End): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      resolve(end);
    };
    const kill = (why: string): void => {
      killGroup(child.pid);
      settle({ kind: 'failed', why });
    };
    const timer = setTimeout(() => kill(`it did not answer in ${timeoutMs / 1000} s`), timeoutMs);
    child.stdin.on('error', () => undefined); // it need not read
    child.stdin.end(input);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      if (stdout.length > LONGEST_ANSWER) kill('its answer is too long');
    });
    child.once('error', (error: NodeJS.ErrnoException) => settle({ kind: 'failed', why: error.code === 'ENOENT' ? `there is no ${program} on the PATH` : `it cannot be run (${error.code ?? 'unknown'})` }));
    child.once('close', (exitCode, signal) => settle(exitCode === null ? { kind: 'failed', why: `it was ended by ${signal ?? 'a signal'}` } : { kind: 'ended', exitCode, stdout }));
  });
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
}
