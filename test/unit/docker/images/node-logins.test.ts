import { NodeLogins } from '../../../../src/docker/images/node-logins.js';
import type { LoginFile } from '../../../../src/docker/node/index.js';
import type { RegistryLogin } from '../../../../src/engine/index.js';
import { silentLogger } from '../../../../src/log.js';
import { CredentialHelpers } from '../../../support/credential-helpers.js';

let helpers: CredentialHelpers;
let warnings: string[];
beforeEach(() => {
  helpers = new CredentialHelpers();
  warnings = [];
});
afterEach(() => helpers.remove());

const auth = (username: string): object => ({ auth: Buffer.from(`${username}:p`).toString('base64') });
const login = (username: string): RegistryLogin => ({ username, password: 'p' });
const answering = (username: string): string => `echo '{"Username":"${username}","Secret":"p"}'`;

function loginsIn(...contents: unknown[]): NodeLogins {
  const files = contents.map((content, index): LoginFile => ({ path: helpers.file(`config-${index}.json`, content), optional: false }));
  return loginsOf(files);
}

function loginsOf(files: readonly LoginFile[]): NodeLogins {
  const logger = { ...silentLogger, warn: (message: string, fields: object = {}) => void warnings.push(`${message} ${JSON.stringify(fields)}`) };
  return new NodeLogins(files, logger, { env: helpers.env });
}

test('P77: files one after the other, in each the best first', async () => {
  const logins = loginsIn({ auths: { 'r.io': auth('one'), 'r.io/team': auth('two'), 'other.io': auth('other') } }, { auths: { 'r.io': auth('three') } });
  expect(await logins.of('r.io/team/app')).toEqual([login('two'), login('one'), login('three')]);
  expect(await logins.of('none.io/app')).toEqual([]);
});

test('P77: what is written into a file later counts at the next pull', async () => {
  const path = helpers.file('config.json', {});
  const logins = loginsOf([{ path, optional: false }]);
  expect(await logins.of('r.io/app')).toEqual([]);
  helpers.file('config.json', { auths: { 'r.io': auth('me') } });
  expect(await logins.of('r.io/app')).toEqual([login('me')]);
});

test('P77: a helper for a registry stands before the store, and both before the file\'s own', async () => {
  helpers.add('one', answering('by-helper'));
  helpers.add('all', answering('by-store'));
  const logins = loginsIn({ auths: { 'r.io': auth('in-file'), 'other.io': {} }, credHelpers: { 'r.io': 'one' }, credsStore: 'all' });
  expect(await logins.of('r.io/app')).toEqual([login('by-helper'), login('in-file')]);
  expect(await logins.of('other.io/app')).toEqual([login('by-store')]);
});

test('P77: Docker Hub has the name there that it has always had', async () => {
  helpers.add('all', `read server; echo "{\\"Username\\":\\"$server\\",\\"Secret\\":\\"p\\"}"`);
  helpers.add('hub', answering('hub'));
  expect(await loginsIn({ credsStore: 'all' }).of('docker.io/library/busybox')).toEqual([login('https://index.docker.io/v1/')]);
  expect(await loginsIn({ credHelpers: { 'https://index.docker.io/v1/': 'hub' }, credsStore: 'all' }).of('docker.io/library/busybox')).toEqual([login('hub')]);
});

test('P77: a helper that fails is said once, and what else there is counts', async () => {
  helpers.add('bad', 'echo s3cr3t >&2; echo s3cr3t; exit 1');
  const logins = loginsIn({ auths: { 'r.io': auth('me') }, credsStore: 'bad' });
  expect(await logins.of('r.io/app')).toEqual([login('me')]);
  expect(await logins.of('r.io/app')).toEqual([login('me')]);
  expect(warnings).toEqual(['credential helper bad has no login for r.io {"about":"bad","reason":"it ended with exit code 1"}']);
});

test('P77: a file that is damaged or missing is said once, without a word of what is in it', async () => {
  const damaged = helpers.file('damaged.json', '{"auths":{"r.io":{"auth":"czNjcjN0"');
  const logins = loginsOf([{ path: damaged, optional: true }, { path: '/nowhere/logins.json', optional: false }, { path: '/nowhere/config.json', optional: true }]);
  expect([await logins.of('r.io/app'), await logins.of('r.io/app')]).toEqual([[], []]);
  expect(warnings).toEqual([
    `registry logins cannot be read from a file {"about":"${damaged}","reason":"it is not JSON"}`,
    'registry logins cannot be read from a file {"about":"/nowhere/logins.json","reason":"ENOENT"}',
  ]);
});
