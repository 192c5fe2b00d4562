import { EngineError } from '../../src/engine/index.js';
import type { Subject } from './subject.js';

export function declareImages(it: () => Subject): void {
  test('an imported image is there, by name and by id', async () => {
    const image = await it().engine.inspectImage(it().image);
    expect(image).toMatchObject({ Id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string, RepoTags: [it().image], RepoDigests: [], User: '0:0', Labels: {}, Os: 'linux', Architecture: expect.stringMatching(/./) as string, Size: expect.any(Number) as number });
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
    expect(await it().engine.info()).toEqual({ name: text, id: text, cpus: number, memoryBytes: number, osType: 'linux', cgroupVersion: expect.stringMatching(/^[12]$/) as string, runtimes: expect.arrayContaining(['runc']) as string[], securityOptions: expect.any(Array) as [], cdi: expect.any(Boolean) as boolean });
  });
}
