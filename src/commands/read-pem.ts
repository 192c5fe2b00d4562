import { readFile } from 'node:fs/promises';
import { messageOf } from '../errors.js';

/** The text of a file that a setting names. @throws Error naming the setting when it cannot be read */
export async function readPem(key: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${key} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}
