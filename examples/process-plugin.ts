// A plugin for another backend: containers are plain processes of this host. Run: node examples/process-plugin.ts [port]
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { ContainerProvider, createApp, createLogger, ProviderError, startServer } from 'interlink-docker/sdk';
import type { ContainerStart, CreateRequest, StartedContainer } from 'interlink-docker/sdk';

class ProcessProvider extends ContainerProvider {
  protected override admit({ pod: { spec } }: CreateRequest): void {
    const without = [...(spec.initContainers ?? []), ...spec.containers].find(({ command }) => !command?.length);
    if (without) throw new ProviderError('InvalidPod', `container ${without.name}: there are no images here, so give it a command`);
  }

  protected override startContainer({ container, write }: ContainerStart): StartedContainer {
    const { command = [], args = [], env = [], workingDir } = container;
    const [program = '', ...words] = [...command, ...args];
    const variables = { PATH: process.env['PATH'], ...Object.fromEntries(env.map(({ name, value }) => [name, value])) };
    const child = spawn(program, words, { env: variables, cwd: workingDir || '/', stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const ended = new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', write); // undefined where the files to open run out
    const signal = (name: 'SIGTERM' | 'SIGKILL'): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, name); // detached, it leads a group of its own: that is ended whole
      } catch {
        // Nothing of it is left.
      }
    };
    return {
      ended,
      stop(graceSeconds) {
        signal('SIGTERM');
        const timer = setTimeout(() => signal('SIGKILL'), graceSeconds * 1000);
        ended.catch(() => undefined).finally(() => clearTimeout(timer));
      },
    };
  }
}

const provider = new ProcessProvider();
const app = createApp(provider, { log: createLogger('info') });
const server = await startServer({ app, host: '127.0.0.1', port: Number(process.argv[2] ?? 4000) });
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => void provider.stop().then(() => server.close(1000)));
