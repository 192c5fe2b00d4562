import type { Volume } from '../../../../src/kube/index.js';
import { tokenExpiry } from '../../../../src/docker/volumes/token-expiry.js';
import { ACCEPTED_AT, deliveredOf, plan, podWith } from './pods.js';

const toBase64Url = (text: string): string => Buffer.from(text).toString('base64url');
const jwt = (claims: object): string => ['{"alg":"none"}', JSON.stringify(claims), 'signature'].map(toBase64Url).join('.');
const volumeOf = (...expirations: (number | undefined)[]): Volume => ({
  name: 'v',
  projected: { sources: expirations.map((expirationSeconds, index) => ({ serviceAccountToken: { path: `t${index}`, ...(expirationSeconds !== undefined && { expirationSeconds }) } })) },
});
const arrived = (...tokens: string[]): ReadonlyMap<string, Buffer> => new Map(tokens.map((token, index) => [`t${index}`, Buffer.from(token)]));

test.each<[what: string, volume: Volume, tokens: string[], expected: string | undefined]>([
  ['the token\'s own words', volumeOf(600), [jwt({ exp: 1_800_000_000 })], '2027-01-15T08:00:00.000Z'],
  ['without them what was asked for', volumeOf(600), [jwt({})], '2026-01-01T00:10:00.000Z'],
  ['and without that an hour', volumeOf(undefined), ['no token of that kind'], '2026-01-01T01:00:00.000Z'],
  ['the first of several', volumeOf(600, 7200, 300), [jwt({ exp: 1_800_000_000 }), 'x', 'y'], '2026-01-01T00:05:00.000Z'],
  ['words that are no words', volumeOf(600), [`a.${toBase64Url('{"exp":"soon"}')}.c`], '2026-01-01T00:10:00.000Z'],
  ['claims that are no claims', volumeOf(600), ['a.%%%.c'], '2026-01-01T00:10:00.000Z'],
  ['claims that are null', volumeOf(600), [`a.${toBase64Url('null')}.c`], '2026-01-01T00:10:00.000Z'],
  ['a time that no calendar has', volumeOf(600), [jwt({ exp: 1e300 })], '+275760-09-13T00:00:00.000Z'],
  ['a token that did not come', volumeOf(600), [], undefined],
  ['no token', { name: 'v', projected: { sources: [{ secret: { name: 's' } }] } }, [], undefined],
  ['another kind of volume', { name: 'v', secret: { secretName: 's' } }, [], undefined],
])('%s', (_what, volume, tokens, expected) => {
  expect(tokenExpiry(volume, arrived(...tokens), ACCEPTED_AT)).toBe(expected);
});

test('the date goes on record, the token does not', () => {
  const token = jwt({ exp: 1_800_000_000 });
  const volumes = plan(podWith([volumeOf(600)]), deliveredOf({ projected: { v: { t0: token } } })).map(({ volume }) => volume);
  expect(volumes).toMatchObject([{ tokenExpiresAt: '2027-01-15T08:00:00.000Z' }]);
  expect(JSON.stringify(volumes)).not.toContain(token.split('.')[1]);
});
