import { canonicalImage, defaultPullPolicy, InvalidImageName, normalizeImage, parseImageName, repositoryOf } from '../../../src/kube/index.js';
import type { ImageName } from '../../../src/kube/index.js';

const HEX = '0123456789abcdef'.repeat(4);
const DIGEST = `sha256:${HEX}`;

test.each<[reference: string, parts: ImageName, asked: string, policy: string]>([
  ['busybox', { path: 'busybox' }, 'busybox:latest', 'Always'],
  ['busybox:latest', { path: 'busybox', tag: 'latest' }, 'busybox:latest', 'Always'],
  ['busybox:1.36', { path: 'busybox', tag: '1.36' }, 'busybox:1.36', 'IfNotPresent'],
  ['library/busy__box', { path: 'library/busy__box' }, 'library/busy__box:latest', 'Always'],
  ['localhost/x', { domain: 'localhost', path: 'x' }, 'localhost/x:latest', 'Always'],
  ['localhost:5000', { path: 'localhost', tag: '5000' }, 'localhost:5000', 'IfNotPresent'],
  ['localhost:5000/x/y', { domain: 'localhost:5000', path: 'x/y' }, 'localhost:5000/x/y:latest', 'Always'],
  ['ghcr.io/a-b/c.d:v1_2', { domain: 'ghcr.io', path: 'a-b/c.d', tag: 'v1_2' }, 'ghcr.io/a-b/c.d:v1_2', 'IfNotPresent'],
  ['HOST/x', { domain: 'HOST', path: 'x' }, 'HOST/x:latest', 'Always'],
  ['[fe80::1]:5000/x', { domain: '[fe80::1]:5000', path: 'x' }, '[fe80::1]:5000/x:latest', 'Always'],
  [`x@${DIGEST}`, { path: 'x', digest: DIGEST }, `x@${DIGEST}`, 'IfNotPresent'],
  [`r.io/x:1@${DIGEST}`, { domain: 'r.io', path: 'x', tag: '1', digest: DIGEST }, `r.io/x:1@${DIGEST}`, 'IfNotPresent'],
])('%s', (reference, parts, asked, policy) => {
  expect(parseImageName(reference)).toEqual(parts);
  expect(normalizeImage(reference)).toBe(asked);
  expect(defaultPullPolicy(reference)).toBe(policy);
});

test.each<[reference: string, why: string]>([
  ['', 'invalid reference format'], ['Busybox', 'must be lowercase'], ['r.io/UPPER', 'must be lowercase'], ['a b', 'invalid reference format'],
  ['x:', 'invalid tag'], ['x:-1', 'invalid tag'], [`x:${'t'.repeat(129)}`, 'invalid tag'], ['x:a:b', 'invalid reference format'],
  ['x@sha256:123', 'invalid digest'], [`x@sha256:${HEX.toUpperCase()}`, 'invalid digest'], [`x@${DIGEST}@${DIGEST}`, 'invalid reference format'],
  ['/x', 'invalid reference format'], ['x/', 'invalid reference format'], ['x//y', 'invalid reference format'], ['../x', 'invalid reference format'],
  ['-x', 'invalid reference format'], ['x..y', 'invalid reference format'], ['https://r.io/x', 'invalid reference format'],
  ['x\n', 'invalid reference format'], [HEX, 'image id'], ['a'.repeat(256), 'more than 255'], ['a'.repeat(5_000_000), 'more than 255'],
  ['r_.io/x', 'invalid reference format'],
])('%.40p is refused', (reference, why) => {
  expect(() => parseImageName(reference)).toThrow(InvalidImageName);
  expect(() => normalizeImage(reference)).toThrow(why);
});

test.each<[reference: string, repository: string, canonical: string]>([
  ['busybox', 'docker.io/library/busybox', 'docker.io/library/busybox:latest'],
  ['busybox:1.36', 'docker.io/library/busybox', 'docker.io/library/busybox:1.36'],
  ['docker.io/busybox', 'docker.io/library/busybox', 'docker.io/library/busybox:latest'],
  ['index.docker.io/library/busybox', 'docker.io/library/busybox', 'docker.io/library/busybox:latest'],
  ['team/app:2', 'docker.io/team/app', 'docker.io/team/app:2'],
  ['localhost:5000/app', 'localhost:5000/app', 'localhost:5000/app:latest'],
  ['r.io/a/b:1', 'r.io/a/b', 'r.io/a/b:1'],
  [`r.io/a/b:1@${DIGEST}`, 'r.io/a/b', `r.io/a/b@${DIGEST}`],
  [`busybox@${DIGEST}`, 'docker.io/library/busybox', `docker.io/library/busybox@${DIGEST}`],
])('%s is in %s, and is %s', (reference, repository, canonical) => {
  expect(repositoryOf(reference)).toBe(repository);
  expect(canonicalImage(reference)).toBe(canonical);
});
