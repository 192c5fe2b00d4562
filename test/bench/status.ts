import type { Row } from './table.js';
export function benchStatus(): Promise<readonly Row[]> {
  return Promise.resolve([]);
}
