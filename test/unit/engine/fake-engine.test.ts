import { buffer, text } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { type ContainerEvent, EngineError } from '../../../src/engine/index.js';
import { FakeEngine } from '../../fakes/fake-engine.js';
import { toImage } from '../../fakes/fake-images.js';
import { eventually } from '../../support/eventually.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const LABELS = { of: 'test' };
const UNAVAILABLE = { name: 'EngineError', tag: 'Unavailable' };

let clock: VirtualClock;
let engine: FakeEngine;
beforeEach(() => {
  clock = new VirtualClock();
  engine = new FakeEngine({ clock, images: ['busybox'] });
});

async function started(name: string): Promise<string> {
  const id = await engine.createContainer(name, { Image: 'busybox', Labels: LABELS });
  await engine.startContainer(id);
  return id;
}

async function watched(): Promise<{ readonly events: ContainerEvent[]; readonly closes: (Error | undefined)[] }> {
  const seen = { events: [] as ContainerEvent[], closes: [] as (Error | undefined)[] };
  await engine.watchEvents('of=test', (event) => seen.events.push(event), (error) => seen.closes.push(error), new AbortController().signal);
  return seen;
}

test('every call is recorded, those that fail as well, without signals', async () => {
  await expect(engine.inspectContainer('none', new AbortController().signal)).rejects.toMatchObject({ tag: 'NotFound' });
  await engine.listVolumes(['a']);
  expect(engine.calls).toEqual([{ method: 'inspectContainer', args: ['none'] }, { method: 'listVolumes', args: [['a']] }]);
  expect(engine.countOf('listVolumes')).toBe(1);
});

test('a planned failure has no effect, and is over when its times are', async () => {
  engine.failNext('createContainer', new EngineError('Failed', 'disk full'), 2);
  for (const name of ['a1', 'a1']) await expect(engine.createContainer(name, { Image: 'busybox' })).rejects.toMatchObject({ tag: 'Failed', message: 'disk full' });
  await engine.createContainer('a1', { Image: 'busybox' });
});

test('a lost answer is Unavailable, but the call has had its effect', async () => {
  engine.loseAnswer('createContainer');
  await expect(engine.createContainer('a1', { Image: 'busybox' })).rejects.toMatchObject(UNAVAILABLE);
  expect(await engine.inspectContainer('a1')).toMatchObject({ Name: '/a1' });
});

describe('a held call', () => {
  test('does nothing until it is released', async () => {
    engine.registry.set('other:1', toImage('other:1'));
    const release = engine.hold('pullImage');
    const pulled = engine.pullImage({ name: 'other:1' }, () => undefined);
    await expect(engine.inspectImage('other:1')).rejects.toMatchObject({ tag: 'NotFound' });
    release();
    await pulled;
    expect(await engine.inspectImage('other:1')).toMatchObject({ RepoTags: ['other:1'] });
  });

  test.each<[string, (leave: AbortController) => void, string]>([
    ['its signal', (leave) => leave.abort(), 'Aborted'],
    ['the engine’s going', () => engine.setDown(true), 'Unavailable'],
  ])('is ended by %s, and has no effect later', async (_name, end, tag) => {
    const leave = new AbortController();
    const release = engine.hold('createContainer');
    const created = engine.createContainer('a1', { Image: 'busybox' }, leave.signal);
    end(leave);
    await expect(created).rejects.toMatchObject({ name: 'EngineError', tag });
    release();
    engine.setDown(false);
    await expect(engine.inspectContainer('a1')).rejects.toMatchObject({ tag: 'NotFound' });
  });
});

test('an engine that is down answers nothing, breaks its streams once, and is the same when it is back', async () => {
  const seen = await watched();
  const id = await started('a1');
  const log = await engine.containerLogs(id, { follow: true, timestamps: false });
  engine.setDown(true);
  await expect(text(log)).rejects.toMatchObject(UNAVAILABLE);
  await expect(engine.listContainers([])).rejects.toMatchObject(UNAVAILABLE);
  await expect(watched()).rejects.toMatchObject(UNAVAILABLE);
  engine.exit(id, 3);
  engine.setDown(false);
  expect(await engine.inspectContainer(id)).toMatchObject({ State: { Status: 'exited', ExitCode: 3 } });
  expect(seen).toMatchObject({ events: [{ action: 'create' }, { action: 'start' }], closes: [UNAVAILABLE] });
  expect(engine.watcherCount).toBe(0);
});

test('times are the clock’s, and the grace of a stop too', async () => {
  engine.runs(() => ({}));
  const id = await started('a1');
  const startedAt = clock.now();
  const stopped = engine.stopContainer(id, 30);
  await eventually(() => clock.waiting.length === 1);
  clock.advance(1000);
  expect(await engine.inspectContainer(id)).toMatchObject({ State: { Status: 'running' } });
  clock.advance(29_000);
  await stopped;
  const FinishedAt = new Date(startedAt.getTime() + 30_000).toISOString();
  expect(await engine.inspectContainer(id)).toMatchObject({ State: { Status: 'exited', ExitCode: 137, StartedAt: startedAt.toISOString(), FinishedAt } });
  expect(clock.waiting).toEqual([]);
});

test('events tell of memory, pauses and what an operator prunes', async () => {
  const seen = await watched();
  const [dead, alive] = [await started('dead'), await started('alive')];
  engine.pause(alive);
  engine.pause(alive, false);
  engine.exit(dead, 137, { oom: true });
  expect(await engine.inspectContainer(dead)).toMatchObject({ State: { OOMKilled: true } });
  engine.prune();
  expect(await engine.listContainers(['of'])).toMatchObject([{ Id: alive }]);
  const told = seen.events.map(({ action, attributes }) => `${action} ${attributes['name'] ?? ''}`);
  expect(told).toEqual(['create dead', 'start dead', 'create alive', 'start alive', 'pause alive', 'unpause alive', 'oom dead', 'die dead', 'destroy dead']);
});

test('what was put into a container can be looked at', async () => {
  await engine.createContainer('a1', { Image: 'busybox' });
  const tar = pack();
  tar.entry({ name: 'v/0/', type: 'directory', mode: 0o2775, gid: 7 });
  tar.entry({ name: 'v/0/token', mode: 0o440, uid: 5 }, 'secret');
  tar.entry({ name: 'v/0/link', type: 'symlink', linkname: '..data/token' });
  tar.finalize();
  await engine.putArchive('a1', '/', await buffer(tar));
  expect(engine.archives('a1')).toMatchObject([
    { path: '/v/0', type: 'directory', mode: 0o2775, gid: 7 },
    { path: '/v/0/token', type: 'file', mode: 0o440, uid: 5, content: Buffer.from('secret') },
    { path: '/v/0/link', type: 'symlink', target: '..data/token' },
  ]);
  const escape = pack();
  escape.entry({ name: '../etc/passwd' }, 'x');
  escape.finalize();
  await expect(engine.putArchive('a1', '/', await buffer(escape))).rejects.toMatchObject({ tag: 'Failed' });
});

test('a registry fails as it was told to', async () => {
  engine.registry.set('away:1', new EngineError('Failed', 'connection refused'));
  await expect(engine.pullImage({ name: 'away:1' }, () => undefined)).rejects.toMatchObject({ tag: 'Failed', message: 'connection refused' });
  await expect(engine.pullImage({ name: 'none:1' }, () => undefined)).rejects.toMatchObject({ tag: 'NotFound' });
});
