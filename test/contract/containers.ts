import { basename } from 'node:path';
import { Readable } from 'node:stream';
import type { ContainerConfig } from '../../src/engine/index.js';
import { CAT, EXIT_3, FILE, NOTHING, SLEEP, TRAP } from './commands.js';
import { type Subject, tarOf } from './subject.js';
import { parseArchive } from '../fakes/archive.js';
import { eventually } from '../support/eventually.js';

const YEAR_1 = /^0001-/;

export function declareContainers(it: () => Subject): void {
  declareRecords(it);
  declareRuns(it);
  declareFiles(it);
  declareJoins(it);
}

function declareRecords(it: () => Subject): void {
  test('a created container is as it was asked for, and has never run', async () => {
    const name = it().unique();
    const id = await it().create(SLEEP, { name, Env: ['A=b'], Labels: { ...it().labels, more: '1' } });
    const details = await it().engine.inspectContainer(id);
    expect(details).toMatchObject({
      Id: id,
      Name: `/${name}`,
      State: { Status: 'created', ExitCode: 0, Error: '', OOMKilled: false, StartedAt: expect.stringMatching(YEAR_1) as string, FinishedAt: expect.stringMatching(YEAR_1) as string },
      Config: { Image: it().image, Labels: { ...it().labels, more: '1' }, Tty: false },
    });
    expect(details.Config.Env).toContain('A=b');
    expect(await it().engine.inspectContainer(name)).toMatchObject({ Id: id });
    expect(await it().engine.inspectContainer(id.slice(0, 12))).toMatchObject({ Id: id });
  });

  test('containers are listed by all of the labels, with value or without', async () => {
    const name = it().unique();
    const id = await it().create(SLEEP, { name, Labels: { ...it().labels, colour: name } });
    await it().create(SLEEP, { Labels: { ...it().labels, colour: 'other' } });
    const row = { Id: id, Names: [`/${name}`], State: 'created', Labels: { ...it().labels, colour: name } };
    expect(await it().engine.listContainers([it().label, `colour=${name}`])).toEqual([row]);
    expect(await it().engine.listContainers([it().label, 'colour'])).toHaveLength(2);
    expect(await it().engine.listContainers([it().label, 'colour=none'])).toEqual([]);
  });

  test('a name belongs to one container, until it is renamed or removed', async () => {
    const [name, other] = [it().unique(), it().unique()];
    const id = await it().create(SLEEP, { name });
    await expect(it().create(SLEEP, { name })).rejects.toMatchObject({ tag: 'Conflict' });
    const second = await it().create(SLEEP, { name: other });
    await expect(it().engine.renameContainer(second, name)).rejects.toMatchObject({ tag: 'Conflict' });
    await it().engine.renameContainer(id, it().unique());
    await it().engine.renameContainer(second, name);
    expect(await it().engine.inspectContainer(name)).toMatchObject({ Id: second });
    await it().engine.removeContainer(second);
    await it().create(SLEEP, { name });
  });

  test('a rename to the name it has is success', async () => {
    const name = it().unique();
    const id = await it().create(SLEEP, { name });
    await it().engine.renameContainer(id, name);
    expect(await it().engine.inspectContainer(id)).toMatchObject({ Name: `/${name}` });
  });

  test('a wrong name is BadRequest, an unknown image NotFound', async () => {
    await expect(it().create(SLEEP, { name: 'a b' })).rejects.toMatchObject({ tag: 'BadRequest' });
    await expect(it().create(SLEEP, { Image: `${it().run}/none:1` })).rejects.toMatchObject({ tag: 'NotFound' });
  });

  test('removals at the same time all succeed, each when it is gone', async () => {
    const id = await it().start(SLEEP);
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        await it().engine.removeContainer(id);
        await expect(it().engine.inspectContainer(id)).rejects.toMatchObject({ tag: 'NotFound' });
      }),
    );
  });

  test('removal is by force, and of what is gone success; everything else is NotFound then', async () => {
    const id = await it().start(SLEEP);
    await it().engine.removeContainer(id);
    await it().engine.removeContainer(id);
    const { engine } = it();
    const calls = [engine.inspectContainer(id), engine.startContainer(id), engine.stopContainer(id, 0), engine.killContainer(id, 'SIGTERM'), engine.renameContainer(id, it().unique()), engine.putArchive(id, '/', await tarOf('f', 'x')), it().log(id)];
    for (const result of await Promise.allSettled(calls)) expect(result).toMatchObject({ status: 'rejected', reason: { name: 'EngineError', tag: 'NotFound' } });
  });

  test('a call whose signal is aborted is Aborted', async () => {
    await expect(it().engine.listContainers([it().label], AbortSignal.abort())).rejects.toMatchObject({ name: 'EngineError', tag: 'Aborted' });
  });
}

function declareRuns(it: () => Subject): void {
  test('a container runs, and ends by itself with its own code', async () => {
    const id = await it().start(EXIT_3);
    const state = await it().ended(id);
    expect(state).toMatchObject({ Status: 'exited', ExitCode: 3, Error: '', OOMKilled: false });
    expect(new Date(state.StartedAt).getFullYear()).toBeGreaterThan(2000);
    expect(new Date(state.FinishedAt).getFullYear()).toBeGreaterThan(2000);
  });

  test('whoever waits for a container learns its exit code, also when it has ended before', async () => {
    const { signal } = new AbortController();
    const id = await it().start(TRAP);
    const waiting = it().engine.waitContainer(id, signal);
    await eventually(async () => (await it().log(id)).stdout.includes('ready'));
    await it().engine.stopContainer(id, 20);
    expect(await waiting).toBe(7);
    expect(await it().engine.waitContainer(id, signal)).toBe(7);
  });

  test('whoever waits no longer leaves at once', async () => {
    const leaving = new AbortController();
    const waiting = it().engine.waitContainer(await it().start(SLEEP), leaving.signal);
    leaving.abort();
    await expect(waiting).rejects.toMatchObject({ tag: 'Aborted' });
  });

  test('start of what runs, and stop of what does not, is success', async () => {
    const id = await it().create(SLEEP);
    await it().engine.stopContainer(id, 0);
    expect(await it().stateOf(id)).toMatchObject({ Status: 'created' });
    await it().engine.startContainer(id);
    const { StartedAt } = await it().stateOf(id);
    await it().engine.startContainer(id);
    expect(await it().stateOf(id)).toMatchObject({ Status: 'running', StartedAt });
    await it().engine.stopContainer(id, 0);
    await it().engine.stopContainer(id, 0);
    expect(await it().stateOf(id)).toMatchObject({ Status: 'exited' });
  });

  test('a stop lets a program end with its own code', async () => {
    const id = await it().start(TRAP);
    await eventually(async () => (await it().log(id)).stdout.includes('ready'));
    await it().engine.stopContainer(id, 20);
    expect(await it().stateOf(id)).toMatchObject({ Status: 'exited', ExitCode: 7 });
  });

  test.each([0, 1])('a stop kills what does not end within its grace of %i s', async (graceSeconds) => {
    const id = await it().start(SLEEP);
    await it().engine.stopContainer(id, graceSeconds);
    expect(await it().stateOf(id)).toMatchObject({ Status: 'exited', ExitCode: 137 });
  });

  test.each(['SIGKILL', 'KILL', '9'])('the signal %s kills; what does not run cannot be killed', async (signal) => {
    const id = await it().start(SLEEP);
    await it().engine.killContainer(id, signal);
    expect(await it().ended(id)).toMatchObject({ ExitCode: 137 });
    await expect(it().engine.killContainer(id, signal)).rejects.toMatchObject({ tag: 'Conflict' });
  });

  test('what has ended can start again', async () => {
    const id = await it().start(TRAP);
    await it().engine.killContainer(id, 'SIGKILL');
    expect(await it().ended(id)).toMatchObject({ ExitCode: 137 });
    await it().engine.startContainer(id);
    expect(await it().stateOf(id)).toMatchObject({ Status: 'running', ExitCode: 0 });
    await it().engine.killContainer(id, 'SIGKILL');
  });

  test('a start that fails leaves a created container that tells why', async () => {
    const id = await it().create(NOTHING);
    await expect(it().engine.startContainer(id)).rejects.toMatchObject({ tag: 'BadRequest' });
    expect(await it().stateOf(id)).toMatchObject({ Status: 'created', ExitCode: 127, Error: expect.stringContaining('/no/such/program') as string, StartedAt: expect.stringMatching(YEAR_1) as string });
  });
}

function declareFiles(it: () => Subject): void {
  test.each([
    ['a buffer', (tar: Buffer) => tar],
    ['a stream', (tar: Buffer) => Readable.from([tar.subarray(0, 700), tar.subarray(700)])],
  ])('files of %s that are put into a container that never ran are there when it runs', async (_name, toInput) => {
    const id = await it().create(CAT);
    await it().engine.putArchive(id, '/', toInput(await tarOf(FILE.slice(1), 'hello\n')));
    await it().engine.startContainer(id);
    expect(await it().ended(id)).toMatchObject({ ExitCode: 0 });
    expect(await it().log(id)).toEqual({ stdout: 'hello\n', stderr: '' });
  });

  test('what lies at a path is told without reading it', async () => {
    const id = await it().create(CAT);
    await it().engine.putArchive(id, '/', await tarOf(FILE.slice(1), 'hello\n'));
    expect(await it().engine.statPath(id, FILE)).toEqual({ kind: 'file', size: 6, mode: 0o640 });
    await expect(it().engine.statPath(id, '/data/none')).rejects.toMatchObject({ tag: 'NotFound' });
  });

  test('a file is read as a tar, also of a container that never ran', async () => {
    const id = await it().create(CAT);
    await it().engine.putArchive(id, '/', await tarOf(FILE.slice(1), 'hello\n'));
    const [entry] = await parseArchive('/', await it().engine.getArchive(id, FILE));
    expect(entry).toMatchObject({ path: `/${basename(FILE)}`, type: 'file', content: Buffer.from('hello\n') });
    await expect(it().engine.getArchive(id, '/data/none')).rejects.toMatchObject({ tag: 'NotFound' });
  });

  test('nothing can be put into a read-only container', async () => {
    const id = await it().create(CAT, { HostConfig: { NetworkMode: 'none', ReadonlyRootfs: true } });
    await expect(it().engine.putArchive(id, '/', await tarOf('f', 'x'))).rejects.toMatchObject({ tag: 'Failed' });
  });
}

function declareJoins(it: () => Subject): void {
  test.each([
    ['NetworkMode', 'Conflict'],
    ['PidMode', 'Failed'],
    ['IpcMode', 'Failed'],
  ])('who joins another by %s starts only while that one runs', async (mode, tag) => {
    const name = it().unique();
    const sandbox = await it().create(SLEEP, { name, HostConfig: { NetworkMode: 'none', IpcMode: 'shareable' } });
    const member = await it().create(SLEEP, { HostConfig: { NetworkMode: 'none', [mode]: `container:${name}` } });
    await expect(it().engine.startContainer(member)).rejects.toMatchObject({ tag });
    const failed = await it().stateOf(member);
    expect(failed).toMatchObject({ Status: 'created', ExitCode: 128 });
    expect(failed.Error).not.toBe('');
    await it().engine.startContainer(sandbox);
    // What was joined by name stays joined, whatever its name becomes.
    await it().engine.renameContainer(sandbox, it().unique());
    await it().engine.startContainer(member);
    expect(await it().stateOf(member)).toMatchObject({ Status: 'running', ExitCode: 0, Error: '' });
  });

  test('who joined the processes of another dies with it; who joined its network does not', async () => {
    const sandbox = await it().start(SLEEP);
    const pid = await it().start(SLEEP, { HostConfig: { NetworkMode: 'none', PidMode: `container:${sandbox}` } });
    const network = await it().start(SLEEP, { HostConfig: { NetworkMode: `container:${sandbox}` } });
    await it().engine.killContainer(sandbox, 'SIGKILL');
    expect(await it().ended(pid)).toMatchObject({ ExitCode: 137 });
    expect(await it().stateOf(network)).toMatchObject({ Status: 'running' });
  });

  test('who joins what does not exist cannot start', async () => {
    const id = await it().create(SLEEP, { HostConfig: { NetworkMode: `container:${it().unique()}` } });
    await expect(it().engine.startContainer(id)).rejects.toMatchObject({ tag: 'NotFound' });
  });

  test.each<[string, Partial<ContainerConfig>]>([
    ['host name', { Hostname: 'own' }],
    ['ports', { ExposedPorts: { '80/tcp': {} } }],
  ])('who joins a network has no %s of its own', async (_name, more) => {
    const sandbox = await it().create(SLEEP);
    await expect(it().create(SLEEP, { HostConfig: { NetworkMode: `container:${sandbox}` }, ...more })).rejects.toMatchObject({ tag: 'BadRequest' });
  });
}
