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
