import request from 'supertest';
import { createApp } from '../../../src/api/index.js';
import { silentLogger } from '../../../src/log.js';
import { Provider } from '../../../src/provider/index.js';

// Making an app takes long.
jest.setTimeout(60_000);

class Plain extends Provider {}

class Lacking extends Provider {
  lacks: readonly string[] = [];

  override missing(): readonly string[] {
    return this.lacks;
  }
}

test('a provider that says nothing of it is ready', async () => {
  const { status, text } = await request(createApp(new Plain(), { log: silentLogger })).get('/readyz');
  expect([status, text]).toEqual([200, 'ok']);
});

test('what a provider lacks is told a line each, and that it is shutting down; the process lives all the same', async () => {
  const [provider, stopping] = [new Lacking(), new AbortController()];
  const app = createApp(provider, { log: silentLogger, stopping: stopping.signal });
  expect((await request(app).get('/readyz')).status).toBe(200);
  provider.lacks = ['the engine is away', 'no pods yet'];
  const lacking = await request(app).get('/readyz');
  expect([lacking.status, lacking.text]).toEqual([503, 'the engine is away\nno pods yet']);
  provider.lacks = [];
  stopping.abort();
  const last = await request(app).get('/readyz');
  expect([last.status, last.text]).toEqual([503, 'the plugin is shutting down']);
  expect((await request(app).get('/healthz')).status).toBe(200);
});
