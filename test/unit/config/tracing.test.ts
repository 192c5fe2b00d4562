import { differingKeys, loadConfig } from '../../../src/config/index.js';

const load = (env: Readonly<Record<string, string>>) => loadConfig({ env: { HOME: '/nowhere', ...env } });

test('tracing is configured by interLink\'s names, and off without them', () => {
  expect(load({ TELEMETRY_ENDPOINT: 'tempo:4317' }).collector).toBeUndefined();
  expect(load({ ENABLE_TRACING: '1' }).collector).toEqual({ endpoint: 'localhost:4317', uniqueId: undefined });
  expect(load({ ENABLE_TRACING: '1', TELEMETRY_ENDPOINT: 'http://tempo:4317/', TELEMETRY_UNIQUE_ID: 'site-7' }).collector).toEqual({ endpoint: 'tempo:4317', uniqueId: 'site-7' });
  const files = { TELEMETRY_CA_CRT_FILEPATH: '/ca.pem', TELEMETRY_CLIENT_CRT_FILEPATH: '/cert.pem', TELEMETRY_CLIENT_KEY_FILEPATH: '/key.pem', TELEMETRY_INSECURE_SKIP_VERIFY: 'true' };
  expect(load({ ENABLE_TRACING: '1', ...files }).collector?.tls).toEqual({ caFile: '/ca.pem', client: { certFile: '/cert.pem', keyFile: '/key.pem' }, verify: false });
});

test.each<[what: string, env: Readonly<Record<string, string>>, words: string]>([
  ['a certificate without its key', { TELEMETRY_CA_CRT_FILEPATH: '/ca.pem', TELEMETRY_CLIENT_CRT_FILEPATH: '/cert.pem' }, 'go together'],
  ['a certificate without authorities', { TELEMETRY_CLIENT_CRT_FILEPATH: '/cert.pem', TELEMETRY_CLIENT_KEY_FILEPATH: '/key.pem' }, 'TelemetryCACrtFilePath is not set'],
  ['https without authorities', { TELEMETRY_ENDPOINT: 'https://tempo:4317' }, 'TelemetryCACrtFilePath is not set'],
  ['an endpoint without a port', { TELEMETRY_ENDPOINT: 'tempo' }, 'give host:port'],
])('%s is refused', (_what, env, words) => {
  expect(() => load({ ENABLE_TRACING: '1', ...env })).toThrow(words);
});

test('what differs between two configurations is named', () => {
  const before = load({ VERBOSELOGGING: 'true' });
  expect(differingKeys(before, load({ VERBOSELOGGING: 'true' }))).toEqual([]);
  expect(differingKeys(before, load({ LOGS_MAXSIZE: '7Mi', SIDECARPORT: '4001' }))).toEqual(['SidecarPort', 'VerboseLogging', 'Logs.MaxSize']);
});
