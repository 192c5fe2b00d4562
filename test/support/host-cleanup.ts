import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { eventually } from './eventually.js';

/** Kills every process, but this one, whose command line holds `text` (a path that only a test's own processes name). */
export async function killProcessesNaming(text: string): Promise<void> {
  await eventually(() => {
    const pids = processesNaming(text);
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        // Gone meanwhile.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
    return pids.length === 0;
  });
}

/** Kills every process whose root lies below a directory: of containers that no engine knows of any more. */
export function killProcessesRootedIn(directory: string): void {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number)) {
    const isRootedIn = rootMount(pid).includes(`${directory}/`);
    if (isRootedIn && pid !== process.pid) process.kill(pid, 'SIGKILL');
  }
}

/** The line of its mounts that is its root. */
function rootMount(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/mountinfo`, 'utf8').split('\n').find((line) => line.split(' ')[4] === '/') ?? '';
  } catch {
    return ''; // gone meanwhile
  }
}

function processesNaming(text: string): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);
  return pids.filter((pid) => pid !== process.pid && commandLine(pid).includes(text));
}

/** Arguments of a process, with NULs between them; empty when it is gone or waits to be reaped. */
export function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** Takes down every mount below a directory, the deepest first. */
export function unmountBelow(directory: string): void {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((path) => path.startsWith(`${directory}/`)).reverse()) execFileSync('umount', ['--lazy', mount]);
}
