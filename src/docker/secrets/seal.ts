import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { RecordKeys } from './keys.js';

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts what only this plugin is to read, AES-256-GCM under the current key.
 * @param owner pod UID that it belongs to: under another one it does not open
 * @returns `<key id>.<base64 of IV, tag and ciphertext>`
 */
export function seal(plain: Buffer, owner: string, { current }: RecordKeys): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, current.key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return `${current.id}.${Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')}`;
}

/** @throws Error when no key is the one it was sealed under, or it was changed, or it is another pod's */
export function openSealed(sealed: string, owner: string, keys: RecordKeys): Buffer {
  const [id = '', text = ''] = sealed.split('.');
  const found = keys.all.find((key) => key.id === id);
  if (found === undefined) throw new Error(`none of the record keys is ${id}, under which this was sealed`);
  const bytes = Buffer.from(text, 'base64');
  const decipher = createDecipheriv(CIPHER, found.key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
}
