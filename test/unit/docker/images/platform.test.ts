import { platformOf, runsOn } from '../../../../src/docker/images/platform.js';
import { toImage } from '../../../fakes/fake-images.js';

test.each<[os: string, architecture: string, platform: string, runs: boolean]>([
  ['linux', 'amd64', 'linux/amd64', true],
  ['linux', 'arm64', 'linux/amd64', false],
  ['linux', 'amd64', 'linux/arm64', false],
  ['linux', '386', 'linux/amd64', true],
  ['linux', 'arm', 'linux/arm64', true],
  ['linux', 'arm64', 'linux/arm64/v8', true],
  ['windows', 'amd64', 'linux/amd64', false],
  ['', 'amd64', 'linux/amd64', true],
  ['', '', 'linux/amd64', true],
])('an image for %s/%s on %s: %s', (Os, Architecture, platform, runs) => {
  expect(runsOn(toImage('x', { Os, Architecture }), platform)).toBe(runs);
});

test('says what an image is for', () => {
  expect([platformOf(toImage('x', { Os: '', Architecture: 'arm64' })), platformOf(toImage('x', { Architecture: '' }))]).toEqual(['linux/arm64', '']);
});
