import { createHash } from 'node:crypto';
import type { Clock } from '../../src/clock.js';
import { EngineError, type ImageDetails, type ImageSummary, type ImageUsage, type OnPullLine, type PullRequest } from '../../src/engine/index.js';

/** The fake's images, and the registry that it pulls from. */
export class FakeImages {
  /** Full name (`busybox:1.36`) → image on the engine. */
  readonly local = new Map<string, ImageDetails>();
  /** Full name → what a pull brings, or how it fails. */
  readonly registry = new Map<string, ImageDetails | EngineError>();
  private readonly taggedAt = new Map<string, string>();

  constructor(
    private readonly clock: Clock,
    private readonly containersOf: (imageId: string) => number,
  ) {}

  add(name: string, details: Partial<ImageDetails> = {}): ImageDetails {
    const image = toImage(name, details);
    this.put(fullName(name), image);
    return image;
  }

  /** By name or id. @throws EngineError `NotFound` */
  get(name: string): ImageDetails {
    const image = this.local.get(fullName(name)) ?? [...this.local.values()].find(({ Id, RepoDigests }) => Id === name || RepoDigests.includes(name));
    if (image === undefined) throw new EngineError('NotFound', `No such image: ${fullName(name)}`);
    const taggedAt = this.taggedAt.get(image.Id);
    return { ...image, RepoTags: this.tagsOf(image.Id), ...(taggedAt !== undefined && { LastTagTime: taggedAt }) };
  }

  list(): ImageSummary[] {
    const ids = new Set([...this.local.values()].map(({ Id }) => Id));
    return [...ids].map((id) => {
      const { Id, RepoTags, RepoDigests } = this.get(id);
      return { Id, RepoTags, RepoDigests };
    });
  }

  /** No two of its images share layers. */
  usage(): ImageUsage {
    const images = this.list().map((image) => ({ ...image, ownBytes: this.get(image.Id).Size, containers: this.containersOf(image.Id) }));
    return { layersBytes: images.reduce((sum, { ownBytes }) => sum + ownBytes, 0), images };
  }

  tag(image: string, name: string): void {
    this.put(name, this.get(image));
  }

  /** By id all of it, by a name that name; `Conflict` for what a container needs, and for an id with names in several repositories. */
  remove(image: string): void {
    const found = [...this.local].find(([name, { Id, RepoDigests }]) => Id === image || name === fullName(image) || RepoDigests.includes(image))?.[1];
    if (found === undefined) return;
    const { Id, RepoDigests } = found;
    const names = [...new Set([...this.tagsOf(Id), ...RepoDigests])];
    const asked = image === Id ? names : [image.includes('@') ? image : fullName(image)];
    if (image === Id && new Set(names.map(repositoryOf)).size > 1) throw new EngineError('Conflict', `unable to delete ${Id} (must be forced) - image is referenced in multiple repositories`);
    // Names by digest go with the last tag of their repository.
    const tagged = new Set(names.filter((name) => !name.includes('@') && !asked.includes(name)).map(repositoryOf));
    const left = names.filter((name) => !asked.includes(name) && (tagged.has(repositoryOf(name)) || !asked.map(repositoryOf).includes(repositoryOf(name))));
    if (left.length === 0 && this.containersOf(Id) > 0) throw new EngineError('Conflict', `unable to delete ${Id}: image is being used by a container`);
    for (const [name, details] of this.local) {
      if (details.Id !== Id) continue;
      if (left.includes(name)) this.local.set(name, { ...details, RepoDigests: details.RepoDigests.filter((digest) => left.includes(digest)) });
      else this.local.delete(name);
    }
  }

  private put(name: string, image: ImageDetails): void {
    this.local.set(name, image);
    if (!name.includes('@')) this.taggedAt.set(image.Id, this.clock.now().toISOString());
  }

  private tagsOf(imageId: string): string[] {
    return [...this.local].filter(([name, { Id }]) => Id === imageId && !name.includes('@')).map(([name]) => name);
  }

  pull({ name }: PullRequest, onLine: OnPullLine): void {
    const offered = this.registry.get(fullName(name));
    if (offered === undefined) throw new EngineError('NotFound', `pull access denied for ${name}, repository does not exist or may require 'docker login'`);
    if (offered instanceof EngineError) throw offered;
    onLine({ status: `Pulling from ${name}` });
    this.put(fullName(name), offered);
  }

  import(name: string, tar: Buffer, changes: readonly string[]): void {
    const user = changes.find((change) => /^user\s/i.test(change))?.slice('user'.length).trim();
    const Labels = Object.fromEntries(changes.flatMap((change) => [...change.matchAll(/^label\s+([^=\s]+)=(\S*)$/gi)].map(([, key = '', value = '']) => [key, value])));
    this.add(name, { Id: toId(tar.toString('latin1') + changes.join('\n')), Labels, ...(user !== undefined && { User: user }) });
  }
}

/** An image for `registry`. */
export function toImage(name: string, details: Partial<ImageDetails> = {}): ImageDetails {
  const full = fullName(name);
  const names = full.includes('@') ? { RepoTags: [], RepoDigests: [full] } : { RepoTags: [full], RepoDigests: [] };
  return { Id: toId(full), ...names, User: '', Labels: {}, Os: 'linux', Architecture: 'amd64', Size: 1000, ...details };
}

function repositoryOf(name: string): string {
  return name.replace(/(@|:[^/]*$).*/, '');
}

/** As the engine reads a name: no registry means Docker's, no tag means `latest`. */
function fullName(name: string): string {
  const familiar = name.replace(/^docker\.io\//, '').replace(/^library\//, '');
  const isWhole = familiar.includes('@') || familiar.slice(familiar.lastIndexOf('/') + 1).includes(':');
  return isWhole ? familiar : `${familiar}:latest`;
}

function toId(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
