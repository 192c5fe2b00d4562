import { readFile, readlink } from 'node:fs/promises';

/** Fields of /proc/PID/stat after the program's name, which may hold anything: the state, and the start in ticks since the boot. */
const STATE = 0;
const START_TIME = 19;

/**
 * Which process this is, for others of the same host that look for it: boot, process namespace, id and start. Empty where the kernel
 * does not tell.
 */
export async function thisProcess(): Promise<string> {
  try {
    const [where, start] = [await thisPlace(), (await statOf(process.pid))?.start];
    return start === undefined ? '' : `${where} ${process.pid} ${start}`;
  } catch {
    return '';
  }
}

/** Whether a process that named itself so is gone for certain. One of another host or container may live. */
export async function hasEnded(named: string): Promise<boolean> {
  const [boot, namespace, pid, start] = named.split(' ');
  if (pid === undefined || start === undefined) return false;
  try {
    if ((await thisPlace()) !== `${boot} ${namespace}`) return false;
    const stat = await statOf(Number(pid));
    return stat === undefined || stat.start !== start || stat.state === 'Z';
  } catch {
    return false;
  }
}

async function thisPlace(): Promise<string> {
  const [boot, namespace] = await Promise.all([readFile('/proc/sys/kernel/random/boot_id', 'utf8'), readlink('/proc/self/ns/pid')]);
  return `${boot.trim()} ${namespace}`;
}

/** `undefined`: there is no such process. */
async function statOf(pid: number): Promise<{ readonly state: string; readonly start: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[STATE] ?? '', start: fields[START_TIME] ?? '' };
}
