import { connectEngine } from '../../../src/engine/index.js';
import { json, RecordingEngine } from './recording-engine.js';

let recorder: RecordingEngine;
beforeEach(async () => {
  recorder = await new RecordingEngine().on('*', json(200, [])).listen();
});
afterEach(() => recorder.remove());

const speaks = (ApiVersion: string, MinAPIVersion?: string) => json(200, { Version: '1', ApiVersion, MinAPIVersion, Arch: 'arm64' });

test('the version is asked once, without a prefix, and every other call speaks it', async () => {
  const engine = connectEngine(recorder.address);
  expect(recorder.requests).toHaveLength(0);
  await engine.listNetworks([]);
  await engine.listContainers([]);
  expect(await engine.version()).toEqual({ version: '20.10.24', apiVersion: '1.41', architecture: 'amd64' });
  expect(recorder.requests.map(({ url }) => url.replace(/\?.*/, ''))).toEqual(['/version', '/v1.41/networks', '/v1.41/containers/json']);
});

test.each<[offered: string, least: string | undefined, spoken: string]>([
  ['1.41', '1.12', '1.41'],
  ['1.41', undefined, '1.41'],
  ['1.45', '1.44', '1.45'],
  ['1.56', '1.44', '1.48'],
  ['1.48', '1.48', '1.48'],
])('of an engine with API %s (from %s) 1.41 to 1.48, %s is spoken', async (offered, least, spoken) => {
  recorder.on('GET /version', speaks(offered, least));
  const engine = connectEngine(recorder.address);
  expect(await engine.version()).toMatchObject({ apiVersion: spoken, architecture: 'arm64' });
  await engine.listNetworks([]);
  expect(recorder.requests.at(-1)?.url).toMatch(`/v${spoken}/networks`);
});

test.each([
  ['1.40', '1.12'],
  ['1.60', '1.49'],
])('an engine with API %s (from %s) is refused, with nothing else asked of it, until it is another', async (offered, least) => {
  const engine = connectEngine(recorder.on('GET /version', speaks(offered, least)).address);
  await expect(engine.listNetworks([])).rejects.toMatchObject({ tag: 'Failed', message: expect.stringContaining(offered) as string });
  expect(recorder.asked).toHaveLength(0);
  recorder.on('GET /version', speaks('1.44'));
  expect(await engine.listNetworks([])).toEqual([]);
});
