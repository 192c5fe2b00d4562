/** A name no image can have. */
export class InvalidImageName extends Error {
  override readonly name = 'InvalidImageName';

  constructor(reference: string, why: string) {
    super(`couldn't parse image name ${JSON.stringify(reference)}: invalid reference format${why && `: ${why}`}`);
  }
}

/** The parts of an image reference as written; nothing is filled in. */
export interface ImageName {
  /** Registry with its port; absent: the engine's default one. */
  readonly domain?: string;
  readonly path: string;
  readonly tag?: string;
  /** `algorithm:hex`. */
  readonly digest?: string;
}

const DOMAIN_PART = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = new RegExp(String.raw`^(?:${DOMAIN_PART}(?:\.${DOMAIN_PART})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$`);
const PATH_PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const PATH = new RegExp(`^${PATH_PART}(?:/${PATH_PART})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const SHA256_DIGEST = /^sha256:[0-9a-f]{64}$/;
const LONGEST_NAME = 255;

/**
 * Takes an image reference apart by the grammar that registries share.
 * @throws InvalidImageName
 * @see https://pkg.go.dev/github.com/distribution/reference for the grammar
 */
export function parseImageName(reference: string): ImageName {
  const [named = '', digest, ...more] = reference.split('@');
  const refuse = (why = ''): never => {
    throw new InvalidImageName(reference, why);
  };
  if (more.length > 0) refuse();
  if (digest !== undefined && !isDigest(digest)) refuse('invalid digest');
  // A colon after the last slash starts the tag; one before it belongs to the registry's port.
  const [, name = '', tag] = /^(.*?)(?::([^/:]*))?$/s.exec(named) ?? [];
  if (tag !== undefined && !TAG.test(tag)) refuse('invalid tag');
  if (name.length > LONGEST_NAME) refuse(`repository name must not be more than ${LONGEST_NAME} characters`);
  const { domain, path } = splitDomain(name);
  if (domain !== undefined && !DOMAIN.test(domain)) refuse();
  if (!PATH.test(path)) refuse(PATH.test(path.toLowerCase()) ? 'repository name must be lowercase' : '');
  if (domain === undefined && /^[a-f0-9]{64}$/.test(path)) refuse('64 hexadecimal characters are an image id, not a name');
  return { path, ...(domain !== undefined && { domain }), ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}

/** The name an engine is asked for: with `:latest` where neither tag nor digest is given. @throws InvalidImageName */
export function normalizeImage(reference: string): string {
  const { tag, digest } = parseImageName(reference);
  return tag === undefined && digest === undefined ? `${reference}:latest` : reference;
}

/** The registry of names that name none. */
export const DEFAULT_REGISTRY = 'docker.io';
/** Where Docker Hub keeps names without a slash. */
const OFFICIAL = 'library/';

/**
 * The repository that a reference is in, with everything filled in that a name may leave out: `docker.io/library/busybox`.
 * @throws InvalidImageName
 */
export function repositoryOf(reference: string): string {
  const { domain = DEFAULT_REGISTRY, path } = parseImageName(reference);
  const registry = domain === `index.${DEFAULT_REGISTRY}` ? DEFAULT_REGISTRY : domain;
  return registry === DEFAULT_REGISTRY && !path.includes('/') ? `${registry}/${OFFICIAL}${path}` : `${registry}/${path}`;
}

/** The same text for all references to one thing: a digest says more than a tag beside it. @throws InvalidImageName */
export function canonicalImage(reference: string): string {
  const { tag = 'latest', digest } = parseImageName(reference);
  return digest === undefined ? `${repositoryOf(reference)}:${tag}` : `${repositoryOf(reference)}@${digest}`;
}

/** What an API server fills in for a missing imagePullPolicy. @throws InvalidImageName */
export function defaultPullPolicy(reference: string): 'Always' | 'IfNotPresent' {
  const { tag, digest } = parseImageName(reference);
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent';
}

function isDigest(text: string): boolean {
  return text.startsWith('sha256:') ? SHA256_DIGEST.test(text) : DIGEST.test(text);
}

/** The first part is a registry only if nothing else could look like it: `library/x` is a path, `localhost/x` is not. */
function splitDomain(name: string): { domain?: string; path: string } {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isDomain = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  return isDomain ? { domain: first, path: name.slice(slash + 1) } : { path: name };
}
