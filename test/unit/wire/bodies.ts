/** A JSON value that tests may take apart. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The smallest pod that passes. */
export function minimalPod(): { [key: string]: Json } {
  return {
    metadata: { name: 'p', namespace: 'default', uid: 'u-1' },
    spec: { containers: [{ name: 'main', image: 'busybox:1.36' }] },
  };
}

/** `root` with the member at `path` (keys and indexes) set, or taken away when `value` is undefined. */
export function withMember<T extends Json>(root: T, path: readonly (string | number)[], value: Json | undefined): T {
  const copy = structuredClone(root);
  const [last, ...before] = [...path].reverse();
  const parent = before.reverse().reduce<Json>((at, key) => (at as Record<string | number, Json>)[key] ?? null, copy) as Record<string | number, Json>;
  if (last === undefined) throw new Error('an empty path');
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}
