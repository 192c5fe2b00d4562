import { DamagedLogins, type LoginEntry, matchLogins, parseDockerConfig, parsePullSecret } from '../../../src/kube/index.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('what config.json says', () => {
  test.each<[name: string, auth: unknown, login: LoginEntry['login'] | undefined]>([
    ['user and password', { auth: base64('me:pass') }, { username: 'me', password: 'pass' }],
    ['a password with colons', { auth: base64('me:a:b:') }, { username: 'me', password: 'a:b:' }],
    ['NULs that docker once appended', { auth: base64('me:pass\0\0') }, { username: 'me', password: 'pass' }],
    ['the plain form', { username: 'me', password: 'pass', email: 'x@y' }, { username: 'me', password: 'pass' }],
    ['auth wins', { username: 'old', password: 'old', auth: base64('me:pass') }, { username: 'me', password: 'pass' }],
    ['an identity token', { auth: base64('me:'), identitytoken: 'token' }, { username: 'me', identityToken: 'token' }],
    ['a registry token', { registrytoken: 'token' }, { registryToken: 'token' }],
    ['an entry whose login is in a store', {}, undefined],
    ['an entry that is none', 'me:pass', undefined],
    ['null', null, undefined],
    ['what is not base64', { auth: '%%%' }, undefined],
    ['what is no text', { username: 5, password: ['x'] }, undefined],
  ])('%s', (_name, auth, login) => {
    expect(parseDockerConfig(JSON.stringify({ auths: { 'r.io': auth } }))).toEqual(login === undefined ? [] : [{ pattern: 'r.io', login }]);
  });

  test.each(['', '{', '[]', '"text"', '{"auths":[]}', '{"auths":"secret-text"}', 'secret-text'])('%s is damaged, and is not quoted', (text) => {
    expect(() => parseDockerConfig(text)).toThrow(DamagedLogins);
    expect(() => parseDockerConfig(text)).not.toThrow(/secret|auths"/);
  });

  test('nothing is a config without logins', () => {
    expect([parseDockerConfig('{}'), parseDockerConfig('{"auths":null,"credsStore":"x"}')]).toEqual([[], []]);
  });
});

describe('a Secret for pulls', () => {
  const auths = { 'r.io': { auth: base64('me:pass') } };
  const expected = [{ pattern: 'r.io', login: { username: 'me', password: 'pass' } }];
  const files = (entries: Record<string, unknown>): ReadonlyMap<string, Buffer> => new Map(Object.entries(entries).map(([key, value]) => [key, Buffer.from(JSON.stringify(value))]));

  test('is of either type', () => {
    expect(parsePullSecret(files({ '.dockerconfigjson': { auths } }))).toEqual(expected);
    expect(parsePullSecret(files({ '.dockercfg': auths }))).toEqual(expected);
  });

  test('cannot make this node run anything', () => {
    expect(parsePullSecret(files({ '.dockerconfigjson': { auths, credsStore: 'evil', credHelpers: { 'r.io': 'evil' } } }))).toEqual(expected);
  });

  test('of another type is none', () => {
    expect(() => parsePullSecret(files({ password: 'x' }))).toThrow('it has neither .dockerconfigjson nor .dockercfg');
  });
});

describe('P77: which logins are for a repository', () => {
  const HUB = 'docker.io/library/busybox';
  test.each<[pattern: string, repository: string, isFor: boolean]>([
    ['r.io', 'r.io/app', true],
    ['https://r.io', 'r.io/app', true],
    ['http://r.io/v1/', 'r.io/app', true],
    ['https://r.io/v2/', 'r.io/team/app', true],
    ['R.IO', 'r.io/app', true],
    ['r.io', 'r.io:5000/app', false],
    ['r.io:5000', 'r.io:5000/app', true],
    ['r.io:5000', 'r.io/app', false],
    ['127.0.0.1:5000', '127.0.0.1:5000/app', true],
    ['other.io', 'r.io/app', false],
    ['io', 'r.io/app', false],
    ['r.io/team', 'r.io/team/app', true],
    ['r.io/team/app', 'r.io/team/app', true],
    ['r.io/team/', 'r.io/team/app', true],
    ['r.io/other', 'r.io/team/app', false],
    ['r.io/team/app/more', 'r.io/team/app', false],
    ['*.r.io', 'eu.r.io/app', true],
    ['*.r.io', 'r.io/app', false],
    ['*.r.io', 'a.b.r.io/app', false],
    ['*.*.r.io', 'a.b.r.io/app', true],
    ['eu*.r.io/team', 'eu-west.r.io/team/app', true],
    ['*-west.r.io', 'eu-west.r.io/app', true],
    ['e?.r.io', 'eu.r.io/app', true],
    ['e?.r.io', 'e.r.io/app', false],
    ['[a-e]u.r.io', 'eu.r.io/app', true],
    ['[^a-e]u.r.io', 'eu.r.io/app', false],
    ['r.*', 'r.io/app', true],
    ['*', 'r.io/app', false],
    ['https://index.docker.io/v1/', HUB, true],
    ['index.docker.io', HUB, true],
    ['docker.io', HUB, true],
    ['registry-1.docker.io', HUB, true],
    ['docker.io/team', HUB, false],
    ['docker.io/library', HUB, true],
    ['r.io', HUB, false],
    ['', 'r.io/app', false],
  ])('%s, %s: %s', (pattern, repository, isFor) => {
    expect(matchLogins([{ pattern, login: { username: 'me' } }], repository)).toHaveLength(isFor ? 1 : 0);
  });

  test('the longest path first, names before wildcards, each login once', () => {
    const entries = ['*.r.io', 'eu.r.io', 'eu.r.io/team', 'eu.r.io/team/app', 'https://eu.r.io/v2/'].map((pattern) => ({ pattern, login: { username: pattern.replace('https://eu.r.io/v2/', 'eu.r.io') } }));
    expect(matchLogins(entries, 'eu.r.io/team/app').map(({ username }) => username)).toEqual(['eu.r.io/team/app', 'eu.r.io/team', 'eu.r.io', '*.r.io']);
  });

  test('a pattern made to take long does not', () => {
    const patterns = [`${'*a'.repeat(200)}.r.io`, `${'['.repeat(400)}.r.io`, 'x'.repeat(1_000_000)];
    const entries = patterns.flatMap((pattern) => Array.from({ length: 200 }, () => ({ pattern, login: { username: 'me' } })));
    expect(matchLogins(entries, `${'a'.repeat(200)}b.r.io/app`)).toEqual([]);
  });
});
