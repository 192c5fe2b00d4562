/** Image names: parts that put together give the name again, an engine's own form that is stable, or an `InvalidImageName`. */
import fc from 'fast-check';
import { canonicalImage, defaultPullPolicy, InvalidImageName, normalizeImage, parseImageName, repositoryOf } from '../../src/kube/index.js';
import { catches, fuzz } from './fuzz.js';
import { throwsOnly } from './throws-only.js';

/** What would make a URL of the engine's another one, whichever part it stands in. */
const NEVER = /[\s?#%\\\0"'<>]|\.\.|\/\/|^\/|^-/;

/** Points may stand together there. */
const NEVER_IN_TAGS = /[\s?#%\\\0"'<>/:@]|^[-.]/;

function holds(parse: typeof parseImageName): (name: string) => void {
  return (name) => {
    const parts = throwsOnly([InvalidImageName], () => parse(name));
    if (parts === undefined) return;
    const { domain, path, tag, digest } = parts;
    const again = `${domain === undefined ? '' : `${domain}/`}${path}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
    if (again !== name) throw new Error(`${JSON.stringify(name)} came apart into ${again}`);
    if (NEVER.test(`${path}${domain ?? ''}`) || NEVER_IN_TAGS.test(tag ?? '') || NEVER.test(digest ?? '')) throw new Error(`${JSON.stringify(name)} is a name`);
    if (path !== path.toLowerCase() || path.length > 255) throw new Error(`${JSON.stringify(path)} is a path`);
    isStable(name);
  };
}

function isStable(name: string): void {
  const [normal, canonical] = [normalizeImage(name), canonicalImage(name)];
  if (normalizeImage(normal) !== normal || canonicalImage(canonical) !== canonical) throw new Error(`${name} has no stable form`);
  if (canonicalImage(normal) !== canonical) throw new Error(`${normal} is another image than ${name}`);
  if (!canonical.startsWith(`${repositoryOf(name)}${canonical.includes('@') ? '@' : ':'}`)) throw new Error(`${canonical} is not in ${repositoryOf(name)}`);
  if (!['Always', 'IfNotPresent'].includes(defaultPullPolicy(name))) throw new Error('no pull policy');
}

const word = fc.constantFrom('a', 'b1', 'busybox', 'library', 'docker.io', 'index.docker.io', 'localhost', 'r.io:5000', '[::1]:5000', 'A', '..', '.', '-', '_', '__', '', 'latest', 'sha256', 'f'.repeat(64), 'x'.repeat(130));
const sign = fc.constantFrom('/', ':', '@', '.', '//', '', '-', '%2f', '\n');
const input = fc.oneof(
  fc.array(fc.tuple(word, sign), { maxLength: 8 }).map((pairs) => pairs.flat().join('')),
  fc.tuple(fc.constantFrom('', 'r.io/', 'localhost:80/', 'docker.io/'), fc.stringMatching(/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/), fc.constantFrom('', ':latest', ':v1', `@sha256:${'0'.repeat(64)}`)).map((parts) => parts.join('')),
  fc.string({ unit: 'binary' }),
);

const target = { name: 'image names', input, runs: 2000, check: holds(parseImageName), outcome: 'parts that give the name again, or InvalidImageName', nasty: ['a'.repeat(1e6), `${'a/'.repeat(1e5)}a`, `${'a-'.repeat(120)}-/`, `${'a.'.repeat(1e5)}/a`, '@'.repeat(1e5), ':'.repeat(1e5)] };
fuzz(target);
catches(target, 'a parser that takes what comes last for a tag', holds((name) => {
  const [, path = '', tag] = /^(.*?)(?::(.*))?$/s.exec(name) ?? [];
  return { path, ...(tag !== undefined && { tag }) };
}));
