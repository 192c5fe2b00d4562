import { createHash } from 'node:crypto';
import { canonicalImage, InvalidImageName, repositoryOf } from '../../kube/index.js';

/** Repository of the tags that say which images a plugin pulled. */
export const MARK_REPOSITORY = 'interlink-docker/pulled';
/** An engine's own name can be one that no tag may begin with. */
const TAG_NODE = /^\w[\w.-]{0,62}$/;
const HASH_LENGTH = 24;

/**
 * The tag beside an image's name that says that the plugin of a node brought it here under that name. It lies with the image on
 * the engine, goes with it, and needs no disk of ours. One for each image and name: a name that moves on leaves the old image its mark.
 * @throws InvalidImageName
 */
export function markTag(node: string, imageId: string, reference: string): string {
  return [owner(node), hash(imageId, repositoryOf(reference)), hash(imageId, canonicalImage(reference))].join('.');
}

/** The names of an image as a collection sees them. */
export interface NamesOfImage {
  /** Tags of this node's marks. */
  readonly marks: readonly string[];
  /** Names, by tag and by digest, that the plugin brought it here under. */
  readonly ours: readonly string[];
  /** Somebody else's names, the marks of other nodes among them. */
  readonly others: readonly string[];
}

export function sortNames(node: string, { Id, RepoTags, RepoDigests }: { readonly Id: string; readonly RepoTags: readonly string[]; readonly RepoDigests: readonly string[] }): NamesOfImage {
  const marks = RepoTags.map((name) => tagOfMark(node, name)).filter((tag) => tag !== undefined);
  const [repositories, references] = [1, 2].map((part) => new Set(marks.map((tag) => tag.split('.').at(part - 3))));
  const rest = [...RepoTags.filter((name) => tagOfMark(node, name) === undefined), ...RepoDigests.filter((name) => !name.startsWith(`${MARK_REPOSITORY}@`))];
  // A digest comes with whatever is pulled from its repository.
  const isOurs = (name: string): boolean => (name.includes('@') ? repositories?.has(hash(Id, repositoryOf(name))) : references?.has(hash(Id, canonicalImage(name)))) ?? false;
  return { marks, ours: rest.filter((name) => isName(name) && isOurs(name)), others: rest.filter((name) => !isName(name) || !isOurs(name)) };
}

/** Names by which this node's plugin has marked an image. */
export function markNames(node: string, { RepoTags }: { readonly RepoTags: readonly string[] }): readonly string[] {
  return RepoTags.filter((name) => tagOfMark(node, name) !== undefined);
}

/** Undefined for a name that is no mark of this node. */
function tagOfMark(node: string, name: string): string | undefined {
  const tag = name.startsWith(`${MARK_REPOSITORY}:`) ? name.slice(MARK_REPOSITORY.length + 1) : '';
  const parts = tag.split('.');
  const isForm = parts.slice(-2).every((part) => part.length === HASH_LENGTH) && parts.slice(0, -2).join('.') === owner(node);
  return isForm ? tag : undefined;
}

/** Engines take a few names that nobody can pull by. */
function isName(name: string): boolean {
  try {
    return repositoryOf(name) !== '';
  } catch (error) {
    if (error instanceof InvalidImageName) return false;
    throw error;
  }
}

function owner(node: string): string {
  return TAG_NODE.test(node) ? node : hash(node);
}

function hash(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, HASH_LENGTH);
}
