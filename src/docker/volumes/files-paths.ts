import { posix } from 'node:path';
import { ProviderError } from '../../errors.js';

const LONGEST_PATH = 4096;
const LONGEST_SEGMENT = 255;

/**
 * A file's path inside its volume, cleaned (`a//./b` is `a/b`).
 * @param what names the field and its value in the error
 * @throws ProviderError `InvalidPod` for a path that would leave the volume or collide with its layout
 */
export function toFilePath(path: string, what: string): string {
  const why = reasonToRefuse(path);
  if (why !== undefined) throw new ProviderError('InvalidPod', `${what}: a file's path in a volume ${why}`);
  return posix.normalize(path).replace(/\/$/, '');
}

function reasonToRefuse(path: string): string | undefined {
  const segments = path.split('/');
  if (path.includes('\0')) return 'must not contain a NUL byte';
  if (path.startsWith('/')) return 'must be relative';
  if (segments.includes('..')) return 'must not contain ".."';
  if (Buffer.byteLength(path) > LONGEST_PATH) return `must not be longer than ${LONGEST_PATH} bytes`;
  if (segments.some((segment) => Buffer.byteLength(segment) > LONGEST_SEGMENT)) return `must not have a part longer than ${LONGEST_SEGMENT} bytes`;
  const cleaned = posix.normalize(path);
  if (path === '' || cleaned === '.' || cleaned === './') return 'must not be empty';
  // The layout's own entries (`..data`) begin so.
  return cleaned.startsWith('..') ? 'must not begin with ".."' : undefined;
}
