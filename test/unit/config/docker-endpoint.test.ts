import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/index.js';
import type { DockerEndpoint } from '../../../src/config/index.js';

const home = mkdtempSync(join(tmpdir(), 'docker-home-'));
const bare = mkdtempSync(join(tmpdir(), 'docker-bare-'));
const certs = mkdtempSync(join(tmpdir(), 'docker-certs-'));
const file = join(home, 'plugin.yaml');

function writeContext(name: string, docker: object, tls: Record<string, string> = {}): void {
  const digest = createHash('sha256').update(name).digest('hex');
  const meta = join(home, '.docker/contexts/meta', digest);
  mkdirSync(meta, { recursive: true });
  writeFileSync(join(meta, 'meta.json'), JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker } }));
  const tlsDir = join(home, '.docker/contexts/tls', digest, 'docker');
  mkdirSync(tlsDir, { recursive: true });
  for (const [key, text] of Object.entries(tls)) writeFileSync(join(tlsDir, key), text);
}

beforeAll(() => {
  writeContext('plain', { Host: 'tcp://10.0.0.7:2000', SkipTLSVerify: false });
  writeContext('secure', { Host: 'tcp://10.0.0.8', SkipTLSVerify: false }, { 'ca.pem': 'A', 'cert.pem': 'B', 'key.pem': 'C' });
  writeContext('trusting', { Host: 'tcp://10.0.0.9', SkipTLSVerify: true });
  writeContext('far', { Host: 'ssh://me@box' });
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ auths: {}, currentContext: 'plain' }));
  writeFileSync(file, 'DockerHost: tcp://in-file:1');
  for (const [name, text] of [['ca.pem', 'ca'], ['cert.pem', 'cert'], ['key.pem', 'key']] as const) writeFileSync(join(certs, name), text);
});
afterAll(() => [home, bare, certs].forEach((dir) => rmSync(dir, { recursive: true })));

const PLAIN: DockerEndpoint = { kind: 'tcp', host: '10.0.0.7', port: 2000 };
const tcp = (host: string, port: number): DockerEndpoint => ({ kind: 'tcp', host, port });

test.each<[name: string, env: Record<string, string>, withFile: boolean, expected: DockerEndpoint]>([
  ['the default socket', { HOME: '<bare>' }, false, { kind: 'socket', path: '/var/run/docker.sock' }],
  ['the current context', {}, false, PLAIN],
  ['the file over the current context', {}, true, tcp('in-file', 1)],
  ['DOCKER_CONTEXT over the file', { DOCKER_CONTEXT: 'plain' }, true, PLAIN],
  ['DOCKER_CONTEXT=default', { DOCKER_CONTEXT: 'default' }, true, { kind: 'socket', path: '/var/run/docker.sock' }],
  ["the key's variable over the file", { DOCKERHOST: 'tcp://variable:3' }, true, tcp('variable', 3)],
  ['DOCKER_HOST over all of these', { DOCKER_HOST: 'tcp://host:2', DOCKERHOST: 'tcp://variable:3', DOCKER_CONTEXT: 'secure' }, true, tcp('host', 2)],
  ['a socket', { DOCKER_HOST: 'unix:///run/user/1/docker.sock' }, false, { kind: 'socket', path: '/run/user/1/docker.sock' }],
  ['the usual port', { DOCKER_HOST: 'tcp://host' }, false, tcp('host', 2375)],
  ["port 80, although it is http's own", { DOCKER_HOST: 'http://host:80' }, false, tcp('host', 80)],
  ['an IPv6 address', { DOCKER_HOST: 'tcp://[::1]:5' }, false, tcp('::1', 5)],
  ['TLS by the variables', { DOCKER_HOST: 'tcp://host', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '<certs>' }, false,
    { kind: 'tcp', host: 'host', port: 2376, tls: { ca: 'ca', cert: 'cert', key: 'key', verify: true } }],
  ['TLS unchecked', { DOCKER_HOST: 'tcp://host:9', DOCKER_TLS: '1', DOCKER_CERT_PATH: '<bare>' }, false,
    { kind: 'tcp', host: 'host', port: 9, tls: { verify: false } }],
  ['TLS of a context', { DOCKER_CONTEXT: 'secure', DOCKER_TLS_VERIFY: '1' }, false,
    { kind: 'tcp', host: '10.0.0.8', port: 2376, tls: { ca: 'A', cert: 'B', key: 'C', verify: true } }],
  ['a context that skips the check', { DOCKER_CONTEXT: 'trusting' }, false,
    { kind: 'tcp', host: '10.0.0.9', port: 2376, tls: { verify: false } }],
  ['DOCKER_CONFIG', { HOME: '<bare>', DOCKER_CONFIG: '<home>/.docker' }, false, PLAIN],
])('uses %s', (_name, env, withFile, expected) => {
  expect(endpointOf(env, withFile)).toEqual(expected);
});

test.each<[name: string, env: Record<string, string>, message: RegExp]>([
  ['ssh', { DOCKER_HOST: 'ssh://box' }, /ssh:\/\/box \(DOCKER_HOST\).*forward the socket/],
  ['ssh in a context', { DOCKER_CONTEXT: 'far' }, /Docker context "far"/],
  ['an unknown context', { DOCKER_CONTEXT: 'nowhere' }, /Docker context "nowhere"/],
  ['TLS without an authority', { DOCKER_HOST: 'tcp://host', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '<bare>' }, /ca\.pem does not exist.*DOCKER_CERT_PATH/],
])('refuses %s', (_name, env, message) => {
  expect(() => endpointOf(env, false)).toThrow(message);
});

function endpointOf(env: Record<string, string>, withFile: boolean): DockerEndpoint {
  const places: Record<string, string> = { '<home>': home, '<bare>': bare, '<certs>': certs };
  const filled = Object.entries({ HOME: home, ...env }).map(([key, value]) => [key, value.replace(/<\w+>/, (place) => places[place] ?? place)]);
  return loadConfig({ env: Object.fromEntries(filled) as Record<string, string>, ...(withFile && { file }) }).docker;
}
