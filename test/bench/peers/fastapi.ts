import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PluginCaller } from '../../../src/caller/index.js';
import { call } from '../../support/endpoint.js';
import { eventually } from '../../support/eventually.js';

const SOURCES = resolve('test/bench/peers');

/** The plugin after the guide, in Python, in a process and an environment of its own, installed from PyPI. */
export class FastApiPlugin {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {}

  /** @throws Error where Python, its packages or the engine are not to be had */
  static async start(dockerHost: string, label: string): Promise<FastApiPlugin> {
    const directory = mkdtempSync(join(tmpdir(), 'bench-fastapi-'));
    try {
      execFileSync('python3', ['-m', 'venv', join(directory, 'venv')], { stdio: 'pipe' });
      execFileSync(join(directory, 'venv/bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '--requirement', join(SOURCES, 'requirements.txt')], { stdio: 'pipe' });
    } catch (error) {
      rmSync(directory, { recursive: true, force: true });
      throw error;
    }
    const words = ['fastapi_plugin:app', '--app-dir', SOURCES, '--uds', join(directory, 'plugin.sock'), '--log-level', 'error'];
    const env = { PATH: process.env['PATH'], DOCKER_HOST: dockerHost, BENCH_LABEL: label, PYTHONDONTWRITEBYTECODE: '1' };
    const plugin = new FastApiPlugin(spawn(join(directory, 'venv/bin/uvicorn'), words, { env, stdio: 'ignore' }), directory);
    await eventually(async () => (await call({ socketPath: plugin.socketPath }, 'GET', '/openapi.json')).status === 200, { deadlineMs: 60_000 });
    return plugin;
  }

  get socketPath(): string {
    return join(this.directory, 'plugin.sock');
  }

  get caller(): PluginCaller {
    return new PluginCaller(`unix://${this.socketPath}`);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
