import { readFile } from 'node:fs/promises';
import type { RegistryLogin } from '../../engine/index.js';
import { DamagedLogins, DEFAULT_REGISTRY, matchLogins, parseDockerConfig, parseObject } from '../../kube/index.js';
import type { Logger } from '../../log.js';
import type { LoginFile } from '../node/index.js';
import { askHelper, type HelperOptions } from './credential-helper.js';

/** The name under which stores have Docker Hub. */
const HUB = 'https://index.docker.io/v1/';

/** The node's own logins: of docker's config.json and files like it, and of the helpers that they name. Nothing is kept of them. */
export class NodeLogins {
  /** By file or helper: what was last said of it, so that it is not said again at each pull. */
  private readonly warned = new Map<string, string>();

  constructor(
    private readonly files: readonly LoginFile[],
    private readonly logger: Logger,
    private readonly helpers: HelperOptions = {},
  ) {}

  /** Logins for a repository, the best first. Whatever is wrong with a file or a helper is said in the log, and the others count. */
  async of(repository: string): Promise<readonly RegistryLogin[]> {
    const found: RegistryLogin[] = [];
    for (const file of this.files) found.push(...(await this.inFile(file, repository)));
    return found;
  }

  private async inFile({ path, optional }: LoginFile, repository: string): Promise<readonly RegistryLogin[]> {
    try {
      const text = await readFile(path, 'utf8');
      const written = matchLogins(parseDockerConfig(text), repository);
      this.warned.delete(path);
      return [...(await this.fromHelper(text, repository)), ...written];
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      if (!(optional && code === 'ENOENT')) this.warn(path, 'registry logins cannot be read from a file', error instanceof DamagedLogins ? error.message : code);
      return [];
    }
  }

  /** A helper for one registry stands before the store for all of them, as in the docker command. */
  private async fromHelper(config: string, repository: string): Promise<readonly RegistryLogin[]> {
    const { credHelpers, credsStore } = parseObject(config);
    const [registry = ''] = repository.split('/');
    const names = registry === DEFAULT_REGISTRY ? [HUB, 'index.docker.io', registry] : [registry];
    const helper = names.map((name) => memberOf(credHelpers, name)).find((name) => name !== undefined) ?? credsStore;
    if (typeof helper !== 'string' || helper === '') return [];
    const answer = await askHelper(helper, registry === DEFAULT_REGISTRY ? HUB : registry, this.helpers);
    if (answer.kind === 'failed') this.warn(helper, `credential helper ${helper} has no login for ${registry}`, answer.why);
    else this.warned.delete(helper);
    return answer.kind === 'login' ? [answer.login] : [];
  }

  private warn(about: string, message: string, reason: string): void {
    if (this.warned.get(about) === reason) return;
    this.warned.set(about, reason);
    this.logger.warn(message, { about, reason });
  }
}

function memberOf(mapping: unknown, key: string): unknown {
  return typeof mapping === 'object' && mapping !== null && Object.hasOwn(mapping, key) ? (mapping as Record<string, unknown>)[key] : undefined;
}
