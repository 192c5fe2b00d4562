import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { EngineError } from '../../src/engine/index.js';
import { eventually } from '../support/eventually.js';
import type { Subject } from './subject.js';

export function declareImages(it: () => Subject): void {
  test('an imported image is there, by name and by id', async () => {
    const image = await it().engine.inspectImage(it().image);
    expect(image).toMatchObject({ Id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string, RepoTags: [it().image], RepoDigests: [], User: '0:0', Labels: {}, Os: 'linux', Architecture: expect.stringMatching(/./) as string, Size: expect.any(Number) as number, LastTagTime: expect.stringMatching(/^20/) as string });
    expect(await it().engine.inspectImage(image.Id)).toEqual(image);
  });

  test('a container knows its image by id', async () => {
    const { Id } = await it().engine.inspectImage(it().image);
    const id = await it().create({ Cmd: ['true'] });
    expect(await it().engine.inspectContainer(id)).toMatchObject({ Image: Id, Config: { Image: it().image } });
  });

  test('an unknown image is NotFound', async () => {
    await expect(it().engine.inspectImage(`${it().run}/none:1`)).rejects.toMatchObject({ tag: 'NotFound' });
  });

  describe('names', () => {
    const tag = (name: string, image = it().image): Promise<void> => it().engine.tagImage(image, it().run, name);
    const nameOf = (name: string): string => `${it().run}:${name}`;
    const listed = async (): Promise<readonly string[]> => (await it().engine.listImages()).flatMap(({ RepoTags }) => RepoTags).filter((name) => name.startsWith(`${it().run}:`));
    /** An image of a test's own. */
    async function importOne(name: string): Promise<string> {
      await it().engine.importImage(nameOf(name), await emptyTar(name), []);
      return (await it().engine.inspectImage(nameOf(name))).Id;
    }

    test('a name more is listed with its image; without it the image stays, and taking it away twice does no harm', async () => {
      await tag('more');
      const { Id } = await it().engine.inspectImage(it().image);
      const row = (await it().engine.listImages()).find((image) => image.Id === Id);
      expect(row?.RepoTags).toEqual(expect.arrayContaining([it().image, nameOf('more')]));
      await it().engine.removeImage(nameOf('more'));
      await it().engine.removeImage(nameOf('more'));
      expect(await listed()).toEqual([]);
      expect((await it().engine.inspectImage(it().image)).Id).toBe(Id);
    });

    test('a name given again tells when', async () => {
      const id = await importOne('again');
      const before = (await it().engine.inspectImage(id)).LastTagTime ?? '';
      await eventually(async () => {
        await tag('again', id);
        return ((await it().engine.inspectImage(id)).LastTagTime ?? '') > before;
      });
      await it().engine.removeImage(id);
      await expect(it().engine.inspectImage(id)).rejects.toMatchObject({ tag: 'NotFound' });
    });

    test('an image goes by its id, but not while it has names in several repositories', async () => {
      const id = await importOne('several');
      await it().engine.tagImage(id, `${it().run}/other`, '1');
      await expect(it().engine.removeImage(id)).rejects.toMatchObject({ tag: 'Conflict' });
      expect((await it().engine.inspectImage(id)).RepoTags).toHaveLength(2);
      await it().engine.removeImage(`${it().run}/other:1`);
      await it().engine.removeImage(id);
      expect(await listed()).toEqual([]);
    });

    test('what a container is made of goes neither by id nor by its last name, and is counted', async () => {
      const { Id } = await it().engine.inspectImage(it().image);
      await it().create({ Cmd: ['true'] });
      for (const name of [Id, it().image]) await expect(it().engine.removeImage(name)).rejects.toMatchObject({ tag: 'Conflict' });
      const { layersBytes, images } = await it().engine.imageUsage();
      const row = images.find((image) => image.Id === Id);
      expect(row?.containers).toBeGreaterThan(0);
      expect(row?.RepoTags).toEqual([it().image]);
      expect(layersBytes).toBeGreaterThanOrEqual(row?.ownBytes ?? Infinity);
    });

    test('a tag of what is not there is NotFound', async () => {
      await expect(tag('x', `${it().run}/none:1`)).rejects.toMatchObject({ tag: 'NotFound' });
    });
  });

  test('a pull that fails tells so; the engine is not away because of it', async () => {
    const error: unknown = await it().engine.pullImage({ name: `127.0.0.1:1/${it().run}:1` }, () => undefined).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ tag: expect.stringMatching(/^(NotFound|Failed)$/) as string });
  });

  test('the engine takes connections, and says what it is', async () => {
    await it().engine.ping();
    const text = expect.stringMatching(/./) as string;
    const number = expect.any(Number) as number;
    expect(await it().engine.version()).toEqual({ version: text, apiVersion: expect.stringMatching(/^1\.4[1-7]$/) as string, architecture: text });
    expect(await it().engine.info()).toEqual({ name: text, id: text, cpus: number, memoryBytes: number, osType: 'linux', cgroupVersion: expect.stringMatching(/^[12]$/) as string, runtimes: expect.arrayContaining(['runc']) as string[], securityOptions: expect.any(Array) as [], cdi: expect.any(Boolean) as boolean, dataRoot: expect.stringMatching(/^\//) as string });
  });
}

/** A root file system with one file, that no other image has. */
function emptyTar(name: string): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'name', mtime: new Date(0) }, `${name} ${Date.now()}`);
  tar.finalize();
  return buffer(tar);
}
