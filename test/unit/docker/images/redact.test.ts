import { redact } from '../../../../src/docker/images/redact.js';

const LOGIN = { username: 'me', password: 's3cr3t/pass"word' };

test.each<[name: string, text: string, expected: string]>([
  ['the password', `denied for ${LOGIN.password}!`, 'denied for ***!'],
  ['in a URL', `Get "https://r.io/token?p=${encodeURIComponent(LOGIN.password)}"`, 'Get "https://r.io/token?p=***"'],
  ['in JSON', JSON.stringify({ detail: LOGIN.password }), '{"detail":"***"}'],
  ['as basic auth', `Basic ${Buffer.from(`me:${LOGIN.password}`).toString('base64')}`, 'Basic ***'],
  ['tokens', 'identity-1 registry-1 identity-1', '*** *** ***'],
  ['nothing else', 'unauthorized: authentication required for me', 'unauthorized: authentication required for me'],
])('%s', (_name, text, expected) => {
  expect(redact(text, [LOGIN, { identityToken: 'identity-1' }, { registryToken: 'registry-1', password: '' }])).toBe(expected);
});
