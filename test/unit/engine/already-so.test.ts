import { connectEngine, type Engine } from '../../../src/engine/index.js';
import { json, RecordingEngine } from './recording-engine.js';

let recorder: RecordingEngine;
let engine: Engine;
beforeEach(async () => {
  recorder = await new RecordingEngine().listen();
  engine = connectEngine(recorder.address);
});
afterEach(() => recorder.remove());

test.each<[name: string, status: number, call: () => Promise<void>]>([
  ['a start of what runs', 304, () => engine.startContainer('c1')],
  ['a stop of what has ended', 304, () => engine.stopContainer('c1', 1)],
  ['a removal of a container that is gone', 404, () => engine.removeContainer('c1')],
  ['a removal of a volume that is gone', 404, () => engine.removeVolume('v')],
  ['a removal of a network that is gone', 404, () => engine.removeNetwork('n')],
])('%s (%i) is success', async (_name, status, call) => {
  recorder.on('*', json(status, status === 304 ? undefined : { message: 'gone' }));
  await expect(call()).resolves.toBeUndefined();
});

describe('a removal of a container that is being removed', () => {
  const busy = { message: 'removal of container c1 is already in progress' };
  const asked = (): string[] => recorder.asked.map(({ method, url }) => `${method} ${url.replace(/^\/v[\d.]+/, '')}`);

  test('is success once it is gone', async () => {
    let isGone = false;
    recorder.on('DELETE /containers/c1', (request, response) => json(isGone ? 404 : 409, busy)(request, response));
    recorder.on('POST /containers/c1/wait', (request, response) => {
      isGone = true;
      json(200, { StatusCode: 137 })(request, response);
    });
    await expect(engine.removeContainer('c1')).resolves.toBeUndefined();
    expect(asked()).toEqual(['DELETE /containers/c1?force=1&v=1', 'POST /containers/c1/wait?condition=removed', 'DELETE /containers/c1?force=1&v=1']);
  });

  test.each([
    ['is gone before it is waited for', json(404, { message: 'No such container: c1' }), 404],
    ['is not gone, because that removal failed', json(200, { StatusCode: 0, Error: { Message: 'device or resource busy' } }), 204],
  ])('is asked for again when it %s', async (_why, wait, status) => {
    recorder.on('DELETE /containers/c1', (request, response) => json(asked().length === 1 ? 409 : status, status === 204 ? undefined : busy)(request, response));
    recorder.on('POST /containers/c1/wait', wait);
    await expect(engine.removeContainer('c1')).resolves.toBeUndefined();
  });

  test('is a conflict when it goes on without an end', async () => {
    recorder.on('DELETE /containers/c1', json(409, busy)).on('POST /containers/c1/wait', json(200, { StatusCode: 0 }));
    await expect(engine.removeContainer('c1')).rejects.toMatchObject({ tag: 'Conflict' });
    expect(asked().filter((line) => line.startsWith('DELETE'))).toHaveLength(6);
  });

  test('is given up with the caller\'s signal', async () => {
    const leaving = new AbortController();
    recorder.on('DELETE /containers/c1', json(409, busy)).on('POST /containers/c1/wait', () => leaving.abort());
    await expect(engine.removeContainer('c1', leaving.signal)).rejects.toMatchObject({ tag: 'Aborted' });
  });
});

describe('a rename that the engine refuses as wrong', () => {
  const refused = { message: 'Renaming a container with the same name as its current name' };

  test('is success when the container has the name', async () => {
    recorder.on('POST /containers/c1/rename', json(400, refused)).on('GET /containers/c1/json', json(200, { Name: '/same' }));
    await expect(engine.renameContainer('c1', 'same')).resolves.toBeUndefined();
  });

  test('fails with the engine’s words when it has another', async () => {
    recorder.on('POST /containers/c1/rename', json(400, { message: 'Invalid container name' })).on('GET /containers/c1/json', json(200, { Name: '/other' }));
    await expect(engine.renameContainer('c1', 'a b')).rejects.toMatchObject({ tag: 'BadRequest', message: 'Invalid container name' });
  });

  test.each([
    [404, 'NotFound'],
    [409, 'Conflict'],
  ])('with %i is %s', async (status, tag) => {
    recorder.on('POST /containers/c1/rename', json(status, { message: 'no' }));
    await expect(engine.renameContainer('c1', 'new')).rejects.toMatchObject({ tag });
  });
});
