import { createHash } from 'node:crypto';
import request from 'supertest';
import { createApp } from '../../../src/api/index.js';
import { silentLogger } from '../../../src/log.js';
import { PLUGIN_API_DOCUMENT } from '../../../src/wire/index.js';
import { RecordingProvider } from './recording-provider.js';

const app = createApp(new RecordingProvider(), { log: silentLogger });

test('/openapi.json is the document, and validating changes nothing in it', async () => {
  await request(app).get('/status').send([]);
  const answer = await request(app).get('/openapi.json');
  expect([answer.type, answer.body]).toEqual(['application/json', PLUGIN_API_DOCUMENT]);
});

test('every path of the document is a route', async () => {
  for (const [path, methods] of Object.entries(PLUGIN_API_DOCUMENT.paths)) {
    for (const method of Object.keys(methods) as ('get' | 'post')[]) {
      const answer = await request(app)[method](path).send('{');
      expect([method, path, answer.status]).toEqual([method, path, 400]);
    }
  }
});

test('/docs is one page that loads nothing', async () => {
  const { status, type, text, headers } = await request(app).get('/docs');
  expect([status, type]).toEqual([200, 'text/html']);
  for (const path of Object.keys(PLUGIN_API_DOCUMENT.paths)) expect(text).toContain(path);
  expect(text).not.toMatch(/<script|src=|<link|@import|url\(/);
  const style = /<style>([^]*)<\/style>/.exec(text)?.[1] ?? '';
  const hash = createHash('sha256').update(style).digest('base64');
  expect(headers['content-security-policy']).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
});

test('/healthz tells that the server lives, and no answer tells what it is made of', async () => {
  const { status, text, headers } = await request(app).get('/healthz');
  expect([status, text]).toEqual([200, 'ok']);
  expect([headers['etag'], headers['x-powered-by']]).toEqual([undefined, undefined]);
});
