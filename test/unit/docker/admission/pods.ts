import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Container, Pod } from '../../../../src/kube/index.js';

/** The pod of a captured request. */
export function capturedPod(name: string): Pod {
  const file = path.resolve(__dirname, '../../../fixtures/wire', `${name}.request.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { pod: Pod }).pod;
}

/** A pod with these fields; the container's as well. Untyped, because what is refused may not be in the types. */
export function podOf(spec: Record<string, unknown> = {}, container: Record<string, unknown> = {}): Pod {
  const main = { name: 'main', image: 'busybox', ...container } as Container;
  return { metadata: { name: 'p', namespace: 'ns', uid: 'u-1' }, spec: { containers: [main], ...spec } };
}
