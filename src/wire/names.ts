import { WireError } from './wire-error.js';

const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const UID = /^[A-Za-z0-9-]+$/;
const OBJECT_KEY = /^[-._A-Za-z0-9]+$/;
const MAX_LABEL = 63;
const MAX_SUBDOMAIN = 253;
const MAX_UID = 64;
const MAX_FILE_NAME_BYTES = 255;
const MAX_PATH_BYTES = 4095;

/** @throws WireError when `name` is not a DNS-1123 label */
export function checkLabel(name: string, path: string): void {
  if (name.length > MAX_LABEL || !LABEL.test(name)) {
    throw new WireError(path, `must be at most ${MAX_LABEL} of a-z, 0-9 and '-', beginning and ending with a letter or digit`);
  }
}

/** @throws WireError when `name` is not a DNS-1123 subdomain */
export function checkSubdomain(name: string, path: string): void {
  if (name.length > MAX_SUBDOMAIN || !SUBDOMAIN.test(name)) {
    throw new WireError(path, `must be a DNS name: at most ${MAX_SUBDOMAIN} of a-z, 0-9, '-' and single dots between them`);
  }
}

/** @throws WireError when `uid` could not be part of a container's name */
export function checkUid(uid: string, path: string): void {
  if (uid.length > MAX_UID || !UID.test(uid)) throw new WireError(path, `must be at most ${MAX_UID} letters, digits and '-'`);
}

/** A key of a ConfigMap or Secret is a file name. @throws WireError when Kubernetes would not take it */
export function checkObjectKey(key: string, path: string): void {
  if (key.length > MAX_SUBDOMAIN || !OBJECT_KEY.test(key) || key === '.' || key.startsWith('..')) {
    throw new WireError(path, `is not a valid key: at most ${MAX_SUBDOMAIN} letters, digits, '-', '_' and '.', not beginning with '..'`);
  }
}

/** A file's path in a projected volume. @throws WireError when it is not relative or could leave the volume */
export function checkFilePath(file: string, path: string): void {
  const names = file.split('/');
  const fits = Buffer.byteLength(file) <= MAX_PATH_BYTES && names.every((name) => Buffer.byteLength(name) <= MAX_FILE_NAME_BYTES);
  if (!fits || file.includes('\0') || file.startsWith('..') || names.some((name) => name === '' || name === '.' || name === '..')) {
    throw new WireError(path, "is not a valid path: it must be relative, without '.', '..' or empty parts");
  }
}
