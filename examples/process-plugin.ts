// A plugin for another backend: containers are plain processes of this host. Run: node examples/process-plugin.ts [port]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { Readable } from 'node:stream';
import { createApp, createLogger, Provider, ProviderError, startServer } from 'interlink-docker/sdk';
import type { CallContext, Container, ContainerState, CreatedPod, CreateRequest, LogRequest, Pod, PodStatus } from 'interlink-docker/sdk';

function startJob({ command = [], args = [], env = [] }: Container) {
  const [program = '', ...words] = [...command, ...args];
  const variables = { PATH: process.env['PATH'], ...Object.fromEntries(env.map(({ name, value }) => [name, value])) };
  const child = spawn(program, words, { env: variables, detached: true }); // a group of its own, to end it whole
  const job = { child, output: [] as Buffer[], state: { running: { startedAt: new Date().toISOString() } } as ContainerState };
  for (const pipe of [child.stdout, child.stderr]) pipe.on('data', (data: Buffer) => child.emit('news', job.output.push(data)));
  child.on('error', (error) => job.output.push(Buffer.from(`${error.message}\n`)));
  child.on('close', (code, signal) => {
    const exitCode = (code ?? 128 + constants.signals[signal ?? 'SIGKILL']) & 0xff;
    job.state = { terminated: { exitCode, ...job.state.running, finishedAt: new Date().toISOString() } };
    child.emit('news');
  });
  return job;
}

class ProcessProvider extends Provider {
  readonly #pods = new Map<string, Map<string, ReturnType<typeof startJob>>>();

  override create({ pod: { metadata, spec } }: CreateRequest): Promise<CreatedPod> {
    const runs = !spec.initContainers?.length && spec.containers.every(({ command }) => command?.length);
    if (!runs) throw new ProviderError('InvalidPod', 'spec: this node runs containers with a command, and no init containers');
    if (!this.#pods.has(metadata.uid)) this.#pods.set(metadata.uid, new Map(spec.containers.map((one) => [one.name, startJob(one)])));
    return Promise.resolve({ uid: metadata.uid, jobId: metadata.name });
  }

  override async delete({ metadata: { uid } }: Pod): Promise<void> {
    const running = [...(this.#pods.get(uid)?.values() ?? [])].filter(({ state, child }) => state.running && child.pid);
    await Promise.all(running.map(({ child }) => (process.kill(-(child.pid ?? 0), 'SIGKILL'), once(child, 'close'))));
    if (!this.#pods.delete(uid)) throw new ProviderError('PodNotFound', `No containers found for UUID ${uid}`);
  }

  override status(pods: readonly Pod[]): Promise<readonly PodStatus[]> {
    const blank = { image: '', imageID: '', restartCount: 0, lastState: {} };
    return Promise.resolve(pods.flatMap(({ metadata: { name, namespace, uid } }) => {
      const containers = [...(this.#pods.get(uid) ?? [])].map(([job, { state }]) => ({ ...blank, name: job, ready: 'running' in state, state }));
      return this.#pods.has(uid) ? [{ name, namespace, uid, jobId: name, containers, initContainers: [] }] : [];
    }));
  }

  override getLogs({ podUid, container, options: { follow } }: LogRequest, { signal }: CallContext): Promise<Readable> {
    const job = [...(this.#pods.get(podUid) ?? [])].find(([name]) => container === undefined || name === container)?.[1];
    if (!job) throw new ProviderError('PodNotFound', `No container ${container ?? ''} in pod ${podUid}`);
    return Promise.resolve(Readable.from((async function* () {
      for (let next = 0; next < job.output.length || (follow && job.state.running); )
        if (next < job.output.length) yield job.output[next++];
        else await once(job.child, 'news', { signal });
    })()));
  }
}

await startServer({ app: createApp(new ProcessProvider(), { log: createLogger('info') }), host: '127.0.0.1', port: Number(process.argv[2] ?? 4000) });
