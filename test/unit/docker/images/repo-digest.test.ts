import { repoDigestFor } from '../../../../src/docker/images/repo-digest.js';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;

test.each<[name: string, reference: string, repoDigests: string[], expected: string | undefined]>([
  ['the one of its repository', 'r.io/app:1', [`other.io/app@${B}`, `r.io/app@${A}`], `r.io/app@${A}`],
  ['whatever way the name is written', 'docker.io/library/busybox', [`busybox@${A}`], `busybox@${A}`],
  ['none of another repository', 'r.io/app:1', [`r.io/app2@${A}`, `app@${A}`], undefined],
  ['none of an image that never had one', 'app:1', [], undefined],
  ['the digest that the reference names', `r.io/app@${B}`, [`r.io/app@${A}`, `r.io/app@${B}`], `r.io/app@${B}`],
  ['beside a tag as well', `r.io/app:1@${B}`, [`r.io/app@${A}`, `r.io/app@${B}`], `r.io/app@${B}`],
  ['none for an image by its id', 'a'.repeat(64), [`r.io/app@${A}`], undefined],
])('%s', (_name, reference, repoDigests, expected) => {
  expect(repoDigestFor(reference, repoDigests)).toBe(expected);
});
