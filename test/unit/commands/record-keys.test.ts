import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecordKeys } from '../../../src/commands/record-keys.js';

const directory = mkdtempSync(join(tmpdir(), 'record-keys-'));
const file = join(directory, 'key');
afterAll(() => rmSync(directory, { recursive: true }));

function write(text: string, mode: number): void {
  writeFileSync(file, text);
  chmodSync(file, mode);
}

test('a file of its owner alone is read', async () => {
  write(`${randomBytes(32).toString('base64')}\n`, 0o600);
  expect((await readRecordKeys(file)).all).toHaveLength(1);
});

test.each([
  ['others can read', randomBytes(32).toString('base64'), 0o640, /^RecordKeyFile is ".*": others than its owner can use it \(mode 640\): chmod 600 it/],
  ['holds no key', 'sesame', 0o600, /^RecordKeyFile is ".*": line 1 is not a key/],
])('one that %s is refused', async (_what, text, mode, message) => {
  write(text, mode);
  await expect(readRecordKeys(file)).rejects.toThrow(message);
});

test('one that is not there is refused by name', async () => {
  await expect(readRecordKeys(join(directory, 'none'))).rejects.toThrow(/^RecordKeyFile is ".*none": .*ENOENT/);
});
