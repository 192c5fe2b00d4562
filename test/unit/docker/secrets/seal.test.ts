import { randomBytes } from 'node:crypto';
import { openSealed, parseRecordKeys, seal } from '../../../../src/docker/secrets/index.js';

const [FIRST, SECOND] = [randomBytes(32), randomBytes(32)];
const first = parseRecordKeys(FIRST.toString('base64'));
const PLAIN = Buffer.from('hunter2 \0 ☕');

test('what was sealed opens, under the same key and for the same pod', () => {
  const sealed = seal(PLAIN, 'uid-1', first);
  expect(openSealed(sealed, 'uid-1', first)).toEqual(PLAIN);
  expect(Buffer.from(sealed.split('.')[1] ?? '', 'base64').includes('hunter2')).toBe(false);
});

test('nothing is sealed twice alike', () => {
  expect(seal(PLAIN, 'uid-1', first)).not.toBe(seal(PLAIN, 'uid-1', first));
});

test('a new key in front seals; the old one still opens', () => {
  const both = parseRecordKeys(`# new\n${SECOND.toString('hex')}\n\n${FIRST.toString('base64')}\n`);
  expect(openSealed(seal(PLAIN, 'u', first), 'u', both)).toEqual(PLAIN);
  const sealed = seal(PLAIN, 'u', both);
  expect(openSealed(sealed, 'u', parseRecordKeys(SECOND.toString('base64')))).toEqual(PLAIN);
  expect(() => openSealed(sealed, 'u', first)).toThrow(/none of the record keys is [0-9a-f]{12}/);
});

test.each<[what: string, change: (sealed: string) => string, owner: string]>([
  ['another pod asks', (sealed) => sealed, 'uid-2'],
  ['a byte was changed', (sealed) => flip(sealed, 35), 'uid-1'],
  ['its tag was changed', (sealed) => flip(sealed, 13), 'uid-1'],
  ['its end is missing', (sealed) => sealed.slice(0, -8), 'uid-1'],
  ['it is only a key id', (sealed) => sealed.split('.')[0] ?? '', 'uid-1'],
])('it does not open when %s', (_what, change, owner) => {
  expect(() => openSealed(change(seal(PLAIN, 'uid-1', first)), owner, first)).toThrow(/authenticate|initialization/);
});

test.each([
  ['nothing', '', /holds no key/],
  ['comments only', '# none\n', /holds no key/],
  ['a short key', `${FIRST.toString('base64')}\n${randomBytes(16).toString('base64')}`, /^line 2 is not a key of 32 bytes/],
  ['a pass phrase', 'correct horse battery staple', /^line 1 is not a key/],
])('a key file with %s is refused, without a word of what it holds', (_what, text, message) => {
  expect(() => parseRecordKeys(text)).toThrow(message);
  expect(() => parseRecordKeys(text)).not.toThrow(/horse/);
});

function flip(sealed: string, index: number): string {
  const [id = '', text = ''] = sealed.split('.');
  const bytes = Buffer.from(text, 'base64');
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  return `${id}.${bytes.toString('base64')}`;
}
