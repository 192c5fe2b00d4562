import { InvalidImageName, parseImageName, repositoryOf } from '../../kube/index.js';

/**
 * The name by digest under which an image can be pulled again from the repository of a reference.
 * @param repoDigests as an inspection of the image lists them: `repository@sha256:…`
 * @returns `undefined` for an image that this repository never gave: imported, built here, or pulled from elsewhere
 */
export function repoDigestFor(reference: string, repoDigests: readonly string[]): string | undefined {
  try {
    const repository = repositoryOf(reference);
    const { digest } = parseImageName(reference);
    const own = repoDigests.filter((name) => repositoryOf(name) === repository);
    return own.find((name) => digest !== undefined && name.endsWith(`@${digest}`)) ?? own[0];
  } catch (error) {
    if (error instanceof InvalidImageName) return undefined; // a container made by an image's id
    throw error;
  }
}
