import { call, openCall } from '../../support/endpoint.js';
import { eventually } from '../../support/eventually.js';
import { type HoldingRegistry, startHoldingRegistry } from '../../support/holding-registry.js';

let registry: HoldingRegistry;
beforeEach(async () => {
  registry = await startHoldingRegistry();
});
afterEach(() => registry.stop());

const endpoint = (): { host: string; port: number } => {
  const [address = ''] = registry.image.split('/');
  const [host = '', port = ''] = address.split(':');
  return { host, port: Number(port) };
};

test('takes a request and says nothing until it is released', async () => {
  let isAnswered = false;
  const held = openCall(endpoint(), 'GET', '/v2/').finally(() => (isAnswered = true));
  await eventually(() => registry.requests.length === 1);
  expect([registry.requests, isAnswered]).toEqual([['/v2/'], false]);
  registry.release();
  expect((await held).statusCode).toBe(404);
  expect((await call(endpoint(), 'GET', '/v2/held/manifests/1')).status).toBe(404);
});
