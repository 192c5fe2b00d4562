import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { type MessageFile, MessageFiles } from '../../../../src/docker/messages/index.js';
import { SandboxImage } from '../../../../src/docker/sandbox/index.js';
import { EngineError } from '../../../../src/engine/index.js';
import { silentLogger } from '../../../../src/log.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';

const LABELS = { volume: 'interlink.eu/message-volume', node: 'interlink.eu/node' };
let engine: FakeEngine;
let files: MessageFiles;
beforeEach(() => {
  engine = new FakeEngine({ images: ['app'] });
  files = newFiles();
});

/** As a plugin of this node begins. */
function newFiles(): MessageFiles {
  return new MessageFiles({ engine, node: 'here', sandboxImage: new SandboxImage(engine, 'sandbox:1'), logger: silentLogger });
}

const take = (): Promise<MessageFile | undefined> => files.use((file) => Promise.resolve(file));

async function containerWith(file: MessageFile | undefined): Promise<string> {
  return engine.createContainer(`app-${file?.volume ?? ''}-${file?.file ?? ''}`, { Image: 'app', Labels: { [LABELS.node]: 'here', [LABELS.volume]: file?.volume ?? '' } });
}

async function write(file: MessageFile | undefined, text: string): Promise<void> {
  const tar = pack();
  tar.entry({ name: file?.file ?? '' }, text);
  tar.finalize();
  await engine.putArchive(file?.volume ?? '', '/m', await buffer(tar));
}

const volumes = async (): Promise<string[]> => (await engine.listVolumes([`${LABELS.node}=here`])).map(({ Name }) => Name).sort();

test('no file is given out twice, and one archive makes many of them', async () => {
  const taken = await Promise.all(Array.from({ length: 300 }, take));
  expect(new Set(taken.map((file) => file?.path)).size).toBe(300);
  expect(engine.countOf('putArchive')).toBeLessThanOrEqual(4);
});

test('a batch goes when no container has a file of it, and a new one serves already', async () => {
  const taken = await Promise.all(Array.from({ length: 200 }, take));
  const [first, second] = [...new Set(taken.map((file) => file?.volume))];
  const id = await containerWith(taken[0]);
  await files.removeUnused();
  expect(await volumes()).toEqual([first, second].sort());
  await engine.removeContainer(id);
  await files.removeUnused();
  expect(await volumes()).toEqual([second]);
  expect((await take())?.volume).toBe(second);
});

test('a file whose container is being made keeps its batch', async () => {
  let made: (id: string) => void = () => undefined;
  const making = files.use((file) => new Promise<string>((resolve) => {
    made = () => void containerWith(file).then(resolve);
  }));
  await Promise.all(Array.from({ length: 200 }, take));
  const before = await volumes();
  await files.removeUnused();
  expect(await volumes()).toEqual(before);
  made('');
  await making;
});

test('batches of a plugin before this one go, unless they are used', async () => {
  const used = await take();
  await containerWith(used);
  files = newFiles();
  const own = await take();
  files = newFiles();
  await files.removeUnused();
  expect(await volumes()).toEqual([used?.volume]);
  expect(own?.volume).not.toBe(used?.volume);
});

test('a plugin that stops leaves those that are used', async () => {
  const [used, unused] = [await take(), await take()];
  expect(unused?.volume).toBe(used?.volume);
  const id = await containerWith(used);
  await files.leave();
  expect(await volumes()).toEqual([used?.volume]);
  await engine.removeContainer(id);
  await files.leave();
  expect(await volumes()).toEqual([]);
});

test('what was written is read, its last bytes, and nothing is the empty text', async () => {
  const file = await take();
  const read = async (length: number): Promise<string> => (await files.read(file?.volume ?? '', file?.file ?? '', length)).toString();
  expect(await read(10)).toBe('');
  await write(file, 'all is lost');
  expect([await read(100), await read(4)]).toEqual(['all is lost', 'lost']);
});

test('a file is reached when a prune took what it is reached through', async () => {
  const file = await take();
  await containerWith(file);
  await engine.removeContainer(file?.volume ?? '');
  expect(await files.read(file?.volume ?? '', file?.file ?? '', 10)).toEqual(Buffer.alloc(0));
});

test('a file that is gone has no words, and its volume does not come to life again', async () => {
  expect(await files.read('k8s_here_messages_gone', '0', 10)).toEqual(Buffer.alloc(0));
  expect(await volumes()).toEqual([]);
});

test('what is long gives its space back', async () => {
  const file = await take();
  await write(file, 'a'.repeat(100_000));
  const read = async (): Promise<number> => (await files.read(file?.volume ?? '', file?.file ?? '', 4096)).length;
  expect([await read(), await read()]).toEqual([4096, 0]);
});

test('a container that is refused because its file is gone is made with another one', async () => {
  const gone = await take();
  const tried: (string | undefined)[] = [];
  const made = await files.use(async (file) => {
    tried.push(file?.volume);
    if (tried.length > 1) return file?.volume;
    await engine.removeContainer(gone?.volume ?? '');
    await engine.removeVolume(gone?.volume ?? '');
    throw new EngineError('BadRequest', 'bind source path does not exist');
  });
  expect(tried).toEqual([gone?.volume, made]);
  expect(made).not.toBe(gone?.volume);
});

test('a container that is refused for another reason is not made again', async () => {
  await expect(files.use(() => Promise.reject(new EngineError('BadRequest', 'no such runtime')))).rejects.toMatchObject({ tag: 'BadRequest' });
});

test.each<[name: string, error: EngineError, outcome: unknown]>([
  ['makes no files: the container does without', new EngineError('Failed', 'disk full'), 'without'],
  ['is away: the container waits', new EngineError('Unavailable', 'no engine'), 'Unavailable'],
])('an engine that %s', async (_name, error, outcome) => {
  engine.failNext('putArchive', error, 1);
  const made = files.use((file) => Promise.resolve(file === undefined ? 'without' : 'with'));
  expect(await made.catch((failure: EngineError) => failure.tag)).toBe(outcome);
  expect(await take()).toBeDefined();
});
