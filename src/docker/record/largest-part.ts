/** A place in a value, and its size as JSON. */
export interface Part {
  readonly path: string;
  readonly bytes: number;
}

/** The deepest part of a value that holds more than half of what is around it: the one worth looking at. */
export function largestPart(value: unknown, path: string): Part {
  const whole: Part = { path, bytes: sizeOf(value) };
  const largest = childrenOf(value, path).reduce<{ part: Part; value: unknown } | undefined>((best, child) => {
    const part = { path: child.path, bytes: sizeOf(child.value) };
    return best === undefined || part.bytes > best.part.bytes ? { part, value: child.value } : best;
  }, undefined);
  if (largest === undefined || largest.part.bytes * 2 <= whole.bytes) return whole;
  return largestPart(largest.value, largest.part.path);
}

function childrenOf(value: unknown, path: string): { path: string; value: unknown }[] {
  if (Array.isArray(value)) return value.map((item: unknown, index) => ({ path: `${path}[${index}]`, value: item }));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([key, item]) => ({
    path: /^\w+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`,
    value: item as unknown,
  }));
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
