/**
 * A body that is not what the API document describes. `path` names the field from the root of the body
 * (`pod.spec.containers[0].image`); empty for the body itself. The message holds path and problem, never a value.
 */
export class WireError extends Error {
  override readonly name = 'WireError';

  constructor(
    readonly path: string,
    readonly problem: string,
  ) {
    super(`${path === '' ? 'request body' : path} ${problem}`);
  }
}

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const LONGEST_KEY_SHOWN = 80;

/** Path of a member: `[0]` for an index, `.name` for a plain key, `["a/b"]` for any other. */
export function memberPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!PLAIN_KEY.test(key)) return `${path}[${JSON.stringify(key.slice(0, LONGEST_KEY_SHOWN))}]`;
  return path === '' ? key : `${path}.${key}`;
}
