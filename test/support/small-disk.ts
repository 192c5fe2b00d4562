import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MEBIBYTE = 2 ** 20;

/** A file system in memory that holds this much and no more, at a directory that is made. */
export function mountSmallDisk(directory: string, mebibytes: number): void {
  mkdirSync(directory, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0711`, 'tmpfs', directory]);
}

/** Takes all that is free on the file system of a directory. @returns what gives it back */
export function fillDisk(directory: string): () => void {
  const ballast = join(directory, 'ballast');
  const { bavail, bsize } = statfsSync(directory);
  writeFileSync(ballast, '');
  for (let left = bavail * bsize; left > 0; left -= MEBIBYTE) appendUntilFull(ballast, Math.min(left, MEBIBYTE));
  return () => rmSync(ballast, { force: true });
}

/** Others write meanwhile, so that the disk may be full before what was counted is written. */
function appendUntilFull(file: string, bytes: number): void {
  try {
    writeFileSync(file, Buffer.alloc(bytes), { flag: 'a' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
