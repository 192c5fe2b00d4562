import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { CreateBody } from '../../../src/caller/index.js';
import { EXIT_CODE_NO_RUN, NO_OVERRIDES, submit } from '../../../src/cli/index.js';
import type { SubmitRequest } from '../../../src/cli/index.js';
import type { ContainerState } from '../../../src/kube/index.js';

const ONE = 'kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: main, image: i}]}';
const TWO = 'kind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: i}, {name: b, image: i}]}';

const running: ContainerState = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const ended = (exitCode: number): ContainerState => ({ terminated: { exitCode } });

/** A plugin whose containers go through `states`, one step a status call; the last one stays. */
class ScriptedPlugin {
  readonly calls: string[] = [];
  url = '';
  create: (response: ServerResponse, body: CreateBody) => void = (response, body) =>
    response.end(JSON.stringify({ PodUID: body.pod.metadata.uid, PodJID: 'job-1' }));
  onStatus: () => void = () => undefined;
  onDelete: (response: ServerResponse) => void = (response) => response.end('bye');
  private readonly server: Server = createServer();
  private polls = 0;

  constructor(
    private readonly states: readonly Record<string, ContainerState>[],
    private readonly logs: Record<string, string> = {},
  ) {
    this.server.on('request', (request, response: ServerResponse) => {
      void text(request).then((body) => this.answer(request.url ?? '', JSON.parse(body), response));
    });
  }

  async start(): Promise<this> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private answer(path: string, body: unknown, response: ServerResponse): void {
    this.calls.push(path);
    if (path === '/create') this.create(response, body as CreateBody);
    else if (path === '/delete') this.onDelete(response);
    else if (path === '/getLogs') response.end(this.logs[(body as { ContainerName: string }).ContainerName] ?? '');
    else this.answerStatus(body as CreateBody['pod'][], response);
  }

  private answerStatus([pod]: CreateBody['pod'][], response: ServerResponse): void {
    const { name, namespace, uid } = pod?.metadata ?? { name: '', namespace: '', uid: '' };
    const states = this.states[Math.min(this.polls++, this.states.length - 1)] ?? {};
    const containers = Object.entries(states).map(([container, state]) => ({ name: container, image: 'i', imageID: '', ready: false, restartCount: 0, state, lastState: {} }));
    response.end(JSON.stringify([{ name, namespace, UID: uid, JID: 'job-1', containers, initContainers: [] }]));
    this.onStatus();
  }
}

interface Outcome {
  readonly result: Promise<number>;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

function run(plugin: { readonly url: string }, request: Partial<SubmitRequest>, signal = new AbortController().signal): Outcome {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  stdout.on('data', (chunk: Buffer) => out.push(chunk));
  stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const whole = { yaml: ONE, url: plugin.url, follow: false, keep: false, overrides: NO_OVERRIDES, pollIntervalMs: 1, ...request };
  return {
    result: submit(whole, { stdout, stderr, signal }),
    stdout: () => Buffer.concat(out).toString(),
    stderr: () => Buffer.concat(err).toString(),
  };
}

let plugin: ScriptedPlugin;
afterEach(() => plugin.stop());

test('runs a pod through all four calls and takes its exit code', async () => {
  plugin = await new ScriptedPlugin([{ main: { waiting: {} } }, { main: running }, { main: ended(3) }], { main: 'no line end' }).start();
  const outcome = run(plugin, {});
  await expect(outcome.result).resolves.toBe(3);
  expect(plugin.calls).toEqual(['/create', '/status', '/status', '/status', '/getLogs', '/delete']);
  expect(outcome.stdout()).toBe('no line end');
  expect(outcome.stderr().replace(/UID [\w-]+/, 'UID u')).toBe(
    [
      `creating pod default/p (UID u) at ${plugin.url}`,
      'created: job job-1',
      'Pending: main waiting',
      'Running: main running',
      'Failed: main ended with exit code 3',
      'deleted',
      '',
    ].join('\n'),
  );
});

test.each([true, false])('names the container of each line when there are several (follow: %s)', async (follow) => {
  plugin = await new ScriptedPlugin([{ a: running, b: running }, { a: ended(0), b: ended(0) }], { a: 'one\ntwo\n', b: 'ü\nlast' }).start();
  const outcome = run(plugin, { yaml: TWO, follow });
  await expect(outcome.result).resolves.toBe(0);
  expect(outcome.stdout().split('\n').toSorted()).toEqual(['', '[a] one', '[a] two', '[b] last', '[b] ü']);
  expect(plugin.calls.filter((call) => call === '/getLogs')).toHaveLength(2);
});

test('leaves the pod with keep', async () => {
  plugin = await new ScriptedPlugin([{ main: ended(0) }]).start();
  const outcome = run(plugin, { keep: true });
  await expect(outcome.result).resolves.toBe(0);
  expect(plugin.calls).not.toContain('/delete');
  expect(outcome.stderr()).toMatch(/kept: pod [0-9a-f-]{36} stays/);
});

test('deletes the pod when it is interrupted, and throws the reason', async () => {
  plugin = await new ScriptedPlugin([{ main: running }]).start();
  const interruption = new AbortController();
  plugin.onStatus = () => interruption.abort(new Error('interrupted'));
  await expect(run(plugin, {}, interruption.signal).result).rejects.toThrow('interrupted');
  expect(plugin.calls.at(-1)).toBe('/delete');
});

test('a pod that could not be deleted is a failure, whatever its own end', async () => {
  plugin = await new ScriptedPlugin([{ main: ended(0) }]).start();
  plugin.onDelete = (response) => response.writeHead(500).end('stuck');
  const outcome = run(plugin, {});
  await expect(outcome.result).resolves.toBe(EXIT_CODE_NO_RUN);
  expect(outcome.stderr()).toMatch(/could not be deleted: .*\(HTTP 500\): stuck/);
});

test('a refusal is passed on, and nothing is deleted', async () => {
  plugin = await new ScriptedPlugin([]).start();
  plugin.create = (response) => response.writeHead(403).end('spec.hostNetwork: not here');
  await expect(run(plugin, {}).result).rejects.toThrow('spec.hostNetwork: not here');
  expect(plugin.calls).toEqual(['/create']);
});

test('a create that breaks off is followed by a delete', async () => {
  plugin = await new ScriptedPlugin([]).start();
  plugin.create = (response) => void response.socket?.destroy();
  await expect(run(plugin, {}).result).rejects.toMatchObject({ name: 'PluginUnreachable' });
  expect(plugin.calls).toEqual(['/create', '/delete']);
});

test('nothing is sent for a file that is wrong', async () => {
  plugin = await new ScriptedPlugin([]).start();
  await expect(run(plugin, { yaml: 'kind: Service' }).result).rejects.toThrow(/Document 1/);
  expect(plugin.calls).toEqual([]);
});
