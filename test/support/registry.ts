import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, type Endpoint } from './endpoint.js';
import { eventually } from './eventually.js';
import { freePort } from './plugin-process.js';

/** The distribution's package `docker-registry`. */
const PROGRAM = 'docker-registry';
/** Who may pull where a password is asked for, and htpasswd's line for it: bcrypt, the one form that the registry takes. */
export const REGISTRY_USER = { username: 'puller', password: 'correct-horse' } as const;
const HTPASSWD = 'puller:$2b$04$wZnadxEM7FqvD1G35AchG.NHcplmVxFNslbBQ6CaIkVLqMftwqCKC\n';

export function isRegistryInstalled(): boolean {
  return spawnSync('which', [PROGRAM]).status === 0;
}

export interface TestRegistryOptions {
  /** It knows REGISTRY_USER and nobody else; default: everybody. */
  readonly users?: boolean;
  /** Another one, whose images it has. */
  readonly contentOf?: TestRegistry;
  /** Default: a free one. */
  readonly port?: number;
}

/** A registry of a test's own on 127.0.0.1, which engines reach without TLS. */
export class TestRegistry {
  private constructor(
    readonly port: number,
    private readonly directory: string,
    private readonly child: ChildProcess,
  ) {}

  static async start({ users = false, contentOf, port: wanted }: TestRegistryOptions = {}): Promise<TestRegistry> {
    const directory = mkdtempSync(join(tmpdir(), 'registry-'));
    const port = wanted ?? (await freePort());
    writeFileSync(join(directory, 'htpasswd'), HTPASSWD);
    const settings = {
      version: 0.1,
      log: { level: 'warn', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(contentOf?.directory ?? directory, 'data') } },
      http: { addr: `127.0.0.1:${port}` },
      ...(users && { auth: { htpasswd: { realm: 'test', path: join(directory, 'htpasswd') } } }),
    };
    const log = openSync(join(directory, 'log'), 'a');
    writeFileSync(join(directory, 'config.yml'), JSON.stringify(settings));
    const child = spawn(PROGRAM, ['serve', join(directory, 'config.yml')], { stdio: ['ignore', log, log] });
    closeSync(log);
    const registry = new TestRegistry(port, directory, child);
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`${PROGRAM} ended: ${readFileSync(join(directory, 'log'), 'utf8').slice(-2000)}`);
      return (await call(registry.endpoint, 'GET', '/v2/')).status < 500;
    });
    return registry;
  }

  get endpoint(): Endpoint {
    return { host: '127.0.0.1', port: this.port };
  }

  /** As image names begin. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
