import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** What a person named as a pod file; `-` is standard input. */
export function readPodText(file: string): Promise<string> {
  return file === '-' ? text(process.stdin) : readFile(file, 'utf8');
}
