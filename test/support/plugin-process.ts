import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Answer, call, type CallOptions, type Endpoint } from './endpoint.js';
import { eventually } from './eventually.js';

export interface PluginOptions {
  /** The engine, or a fault proxy in front of it. */
  readonly dockerHost: string;
  /** Name of its virtual node; the same for a plugin that is to find the pods of one before. */
  readonly node: string;
  /** Default: a unix socket of its own. */
  readonly listen?: 'socket' | 'port';
  /** Default: one of its own, removed by `remove`. */
  readonly dataDir?: string;
  /** More of the configuration's environment names. */
  readonly env?: Readonly<Record<string, string>>;
  /** Until it answers /healthz. Default 30 s. */
  readonly deadlineMs?: number;
  /** What is given `serve`. Default: this Node with the built plugin. */
  readonly program?: readonly string[];
  /** Where it is run. Default: here. */
  readonly cwd?: string;
  /** Signals go to all it has started too, as from a terminal: npx keeps them for itself. */
  readonly asGroup?: boolean;
  /** A command that runs the one given after it, with less of something: `prlimit --nofile=64` for one. */
  readonly under?: readonly string[];
  /** Resolve as soon as the process runs, not when it answers. */
  readonly skipWaiting?: boolean;
}

/** The built plugin; `npm run build` makes it. */
const MAIN = resolve('dist/main.js');
/** The plugin's own limit for requests under way is 10 s. */
const STOP_DEADLINE_MS = 20_000;

/** The real plugin in a process of its own. */
export class PluginProcess {
  private child: ChildProcess | undefined;
  private stderrText = '';

  private constructor(
    private readonly options: PluginOptions,
    private readonly directory: string,
    readonly endpoint: Endpoint,
  ) {}

  static async start(options: PluginOptions): Promise<PluginProcess> {
    if (options.program === undefined && !existsSync(MAIN)) throw new Error(`${MAIN} is missing: run npm run build`);
    const directory = mkdtempSync(join(tmpdir(), 'plugin-'));
    const endpoint = options.listen === 'port' ? { host: '127.0.0.1', port: await freePort() } : { socketPath: join(directory, 'plugin.sock') };
    const plugin = new PluginProcess(options, directory, endpoint);
    await plugin.start();
    return plugin;
  }

  get dataDir(): string {
    return this.options.dataDir ?? join(this.directory, 'data');
  }

  /** As `interlink-docker submit --url` takes it. */
  get url(): string {
    return 'socketPath' in this.endpoint ? `unix://${this.endpoint.socketPath}` : `http://${this.endpoint.host}:${this.endpoint.port}`;
  }

  get pid(): number {
    const pid = this.child?.pid;
    if (pid === undefined) throw new Error('the plugin does not run');
    return pid;
  }

  get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** All it said, over every start. */
  get stderr(): string {
    return this.stderrText;
  }

  /** Its log, a line each; what is not JSON is left out. */
  get logLines(): readonly Record<string, unknown>[] {
    return this.stderrText.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Starts it (again), with the same node name, address and data directory. `env` adds to its environment. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    if (this.isRunning) throw new Error('the plugin runs already');
    const { under = [], program: plugin = [process.execPath, MAIN], cwd, asGroup = false } = this.options;
    const [program = process.execPath, ...words] = [...under, ...plugin, 'serve'];
    const child = spawn(program, words, { cwd, detached: asGroup, env: { ...this.environment(), ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
    this.child = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderrText += text));
    if (this.options.skipWaiting !== true) await this.untilAnswering();
  }

  /** @throws with what it said when it ends or the deadline passes */
  async untilAnswering(): Promise<void> {
    let hasEnded = false;
    await eventually(async () => {
      hasEnded = !this.isRunning;
      return hasEnded || (await this.call('GET', '/healthz')).status === 200;
    }, { deadlineMs: this.options.deadlineMs ?? 30_000 }).catch((cause: unknown) => {
      throw new Error(`the plugin does not answer:\n${this.stderrText}`, { cause });
    });
    if (hasEnded) throw new Error(`the plugin ended with ${this.child?.exitCode ?? this.child?.signalCode}:\n${this.stderrText}`);
  }

  /** Whoever reads its log leaves: what it writes from now on is answered with EPIPE. */
  closeLog(): void {
    this.child?.stderr?.destroy();
  }

  /** One HTTP call to it. */
  call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer> {
    return call(this.endpoint, method, path, { ...options, ...(body !== undefined && { body }) });
  }

  /** Resolves when the process is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (child === undefined || !this.isRunning) return;
    const ended = once(child, 'exit');
    if (this.options.asGroup === true) process.kill(-this.pid, signal);
    else child.kill(signal);
    await ended;
  }

  /** As an operator stops it; by force when it does not end. @returns its exit code */
  async stop(): Promise<number | null> {
    const force = setTimeout(() => this.child?.kill('SIGKILL'), STOP_DEADLINE_MS);
    await this.kill('SIGTERM');
    clearTimeout(force);
    return this.child?.exitCode ?? null;
  }

  /** Ends it by force and removes its directory. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private environment(): Record<string, string> {
    const { dockerHost, node, env } = this.options;
    const address = 'socketPath' in this.endpoint ? { SOCKET: this.endpoint.socketPath } : { SIDECARPORT: String(this.endpoint.port) };
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.directory,
      DOCKER_HOST: dockerHost,
      NODENAME: node,
      DATADIR: this.dataDir,
      ...address,
      ...env,
    };
  }
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
