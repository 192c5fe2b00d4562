import { createHash } from 'node:crypto';
import { EngineError, type ImageDetails, type OnPullLine, type PullRequest } from '../../src/engine/index.js';

/** The fake's images, and the registry that it pulls from. */
export class FakeImages {
  /** Full name (`busybox:1.36`) → image on the engine. */
  readonly local = new Map<string, ImageDetails>();
  /** Full name → what a pull brings, or how it fails. */
  readonly registry = new Map<string, ImageDetails | EngineError>();

  add(name: string, details: Partial<ImageDetails> = {}): ImageDetails {
    const image = toImage(name, details);
    this.local.set(fullName(name), image);
    return image;
  }

  /** By name or id. @throws EngineError `NotFound` */
  get(name: string): ImageDetails {
    const image = this.local.get(fullName(name)) ?? [...this.local.values()].find(({ Id, RepoDigests }) => Id === name || RepoDigests.includes(name));
    if (image === undefined) throw new EngineError('NotFound', `No such image: ${fullName(name)}`);
    return image;
  }

  pull({ name }: PullRequest, onLine: OnPullLine): void {
    const offered = this.registry.get(fullName(name));
    if (offered === undefined) throw new EngineError('NotFound', `pull access denied for ${name}, repository does not exist or may require 'docker login'`);
    if (offered instanceof EngineError) throw offered;
    onLine({ status: `Pulling from ${name}` });
    this.local.set(fullName(name), offered);
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

/** As the engine reads a name: no registry means Docker's, no tag means `latest`. */
function fullName(name: string): string {
  const familiar = name.replace(/^docker\.io\//, '').replace(/^library\//, '');
  const isWhole = familiar.includes('@') || familiar.slice(familiar.lastIndexOf('/') + 1).includes(':');
  return isWhole ? familiar : `${familiar}:latest`;
}

function toId(content: string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
