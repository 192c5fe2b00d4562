import { open } from 'node:fs/promises';
import { ConfigError } from '../config/index.js';
import { parseRecordKeys, type RecordKeys } from '../docker/secrets/index.js';
import { messageOf } from '../errors.js';

const FOR_OTHERS = 0o077;

/** Reads `RecordKeyFile`. @throws ConfigError when it cannot be read, holds no keys, or others than its owner can read it */
export async function readRecordKeys(file: string): Promise<RecordKeys> {
  try {
    return await readOwn(file);
  } catch (error) {
    throw new ConfigError([`RecordKeyFile is "${file}": ${messageOf(error)}`], { cause: error });
  }
}

async function readOwn(file: string): Promise<RecordKeys> {
  const handle = await open(file, 'r');
  try {
    const { mode } = await handle.stat();
    if ((mode & FOR_OTHERS) !== 0) throw new Error(`others than its owner can use it (mode ${(mode & 0o777).toString(8)}): chmod 600 it`);
    return parseRecordKeys(await handle.readFile('utf8'));
  } finally {
    await handle.close();
  }
}
