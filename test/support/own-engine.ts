import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, type Endpoint } from './endpoint.js';
import { skipAloud } from './engine-under-test.js';
import { eventually } from './eventually.js';
import { commandLine, killProcessesNaming, killProcessesRootedIn, unmountBelow } from './host-cleanup.js';
import { mountSmallDisk } from './small-disk.js';

export interface OwnEngineOptions {
  /** More arguments for dockerd, `--live-restore` for one. */
  readonly args?: readonly string[];
  /** Root of its containers is another user of the host: the first of these many ids. */
  readonly mapUsers?: { readonly first: number; readonly count: number };
  /** Its data lie on a file system of their own, of this many MiB. */
  readonly diskMebibytes?: number;
}

/** To whom the ids of an engine that maps users are given, in its own view of the host's files. */
const MAPPED_USER = 'nobody';

const DOCKERD_PATHS: readonly string[] = ['/usr/bin/dockerd', '/usr/sbin/dockerd', '/usr/local/bin/dockerd'];
/** An engine that was killed takes 11 s to stop what it finds running. */
const START_DEADLINE_MS = 60_000;

/** A `describe` that starts an engine of its own. Where that is impossible its tests are skipped, and stderr says so. */
export function describeWithOwnEngine(name: string, declare: () => void): void {
  if (process.getuid?.() !== 0) skipAloud(name, 'only root can start a Docker Engine');
  else if (findDockerd() === undefined) skipAloud(name, 'there is no dockerd here');
  else describe(name, declare);
}

/**
 * A Docker Engine that a test may stop, kill and start. It has its own data, socket and containerd, and lives in a network
 * namespace of its own: on the host's network a second engine takes the first one's firewall rules away. So it reaches
 * nothing outside (no registry on the host), and the host does not reach its containers; its socket works as ever.
 */
export class OwnEngine {
  private readonly directory = mkdtempSync(join(tmpdir(), 'own-engine-'));
  readonly socketPath = join(this.directory, 'docker.sock');
  readonly dockerHost = `unix://${this.socketPath}`;
  readonly endpoint: Endpoint = { socketPath: this.socketPath };
  private readonly namespace = `own-engine-${randomBytes(4).toString('hex')}`;
  private child: ChildProcess | undefined;
  private config: object = {};

  private constructor(private readonly options: OwnEngineOptions) {}

  static async start(options: OwnEngineOptions = {}): Promise<OwnEngine> {
    const engine = new OwnEngine(options);
    // Its containers' root must get through to their files.
    if (options.mapUsers !== undefined) chmodSync(engine.directory, 0o711);
    try {
      if (options.diskMebibytes !== undefined) mountSmallDisk(engine.dataRoot, options.diskMebibytes);
      // It outlives each dockerd, so networks are the same after a restart.
      execFileSync('ip', ['netns', 'add', engine.namespace]);
      execFileSync('ip', ['netns', 'exec', engine.namespace, 'ip', 'link', 'set', 'lo', 'up']);
      await engine.start();
    } catch (error) {
      await engine.remove();
      throw error;
    }
    return engine;
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What dockerd said, over every start. */
  get log(): string {
    return existsSync(this.logPath) ? readFileSync(this.logPath, 'utf8') : '';
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const dockerd = findDockerd();
    if (dockerd === undefined) throw new Error('there is no dockerd here');
    const log = openSync(this.logPath, 'a');
    const command = [`--net=/run/netns/${this.namespace}`, dockerd, ...this.args()];
    // The last of these programs becomes dockerd, with the process id of the first.
    const [program, ...words] = this.options.mapUsers === undefined ? ['nsenter', ...command] : [...this.withMappedUsers(), 'nsenter', ...command];
    this.child = spawn(program ?? '', words, { stdio: ['ignore', log, log], detached: true });
    closeSync(log);
    await eventually(async () => {
      if (!this.isRunning) throw new Error(`dockerd ended:\n${this.log.slice(-4000)}`);
      return (await call(this.endpoint, 'GET', '/_ping')).status === 200;
    }, { deadlineMs: START_DEADLINE_MS });
  }

  /** Has it read its configuration file again, which holds these keys from now on. Resolves when it has. */
  async reconfigure(config: { readonly 'live-restore': boolean }): Promise<void> {
    this.config = config;
    this.writeConfig();
    this.child?.kill('SIGHUP');
    await eventually(async () => ((await call(this.endpoint, 'GET', '/info')).json() as { LiveRestoreEnabled: boolean }).LiveRestoreEnabled === config['live-restore']);
  }

  /** Resolves when dockerd is gone. SIGTERM stops its containers first, which takes seconds. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const { child } = this;
    if (child === undefined || !this.isRunning) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    await this.containerdGone();
  }

  /** It dies with dockerd, but a moment later; a dockerd that starts in between takes it for alive and waits for it in vain. */
  private async containerdGone(): Promise<void> {
    const pidFile = join(this.directory, 'exec/containerd/containerd.pid');
    if (!existsSync(pidFile)) return;
    const pid = Number(readFileSync(pidFile, 'utf8'));
    await eventually(() => commandLine(pid) === '');
    rmSync(pidFile, { force: true });
  }

  /** Everything it made: containers, processes, mounts, networks, files. */
  async remove(): Promise<void> {
    try {
      // A killed engine leaves its containers running; only an engine removes them well.
      if (!this.isRunning && existsSync(this.socketPath)) await this.start();
      if (this.isRunning) await this.empty();
    } finally {
      await this.stop();
      await killProcessesNaming(this.directory);
      killProcessesRootedIn(this.directory);
      unmountBelow(this.directory);
      spawnSync('ip', ['netns', 'delete', this.namespace]);
      rmSync(this.directory, { recursive: true, force: true });
    }
  }

  /** A program that runs another one with files of ids of its own, in mounts of its own: the host's stay as they are. */
  private withMappedUsers(): readonly string[] {
    const { first = 0, count = 0 } = this.options.mapUsers ?? {};
    const file = join(this.directory, 'ids');
    writeFileSync(file, `${MAPPED_USER}:${first}:${count}\n`);
    return ['unshare', '--mount', 'sh', '-c', 'for ids in /etc/subuid /etc/subgid; do mount --bind "$0" $ids || exit; done; exec "$@"', file];
  }

  private async empty(): Promise<void> {
    const containers = (await call(this.endpoint, 'GET', '/containers/json?all=1')).json() as { Id: string }[];
    for (const { Id } of containers) await call(this.endpoint, 'DELETE', `/containers/${Id}?force=1&v=1`);
  }

  private get logPath(): string {
    return join(this.directory, 'dockerd.log');
  }

  /** Where its data lie. */
  get dataRoot(): string {
    return join(this.directory, 'data');
  }

  private writeConfig(): string {
    const file = join(this.directory, 'daemon.json');
    writeFileSync(file, JSON.stringify(this.config));
    return file;
  }

  private args(): readonly string[] {
    return [
      '--config-file', this.writeConfig(),
      '--data-root', this.dataRoot,
      '--exec-root', join(this.directory, 'exec'),
      '--pidfile', join(this.directory, 'docker.pid'),
      '--host', this.dockerHost,
      ...(this.options.mapUsers === undefined ? [] : [`--userns-remap=${MAPPED_USER}:nogroup`]),
      ...(this.options.args ?? []),
    ];
  }
}

function findDockerd(): string | undefined {
  return DOCKERD_PATHS.find((path) => existsSync(path));
}
