import { toImagePolicy } from '../../../src/commands/image-policy.js';
import { loadConfig } from '../../../src/config/index.js';
import type { ImagePolicy } from '../../../src/docker/node/index.js';

const HOME = { HOME: '/no/home' };
const DEFAULTS: ImagePolicy = { parallelPulls: 4, progressTimeoutMs: 120_000, loginFiles: [{ path: '/no/home/.docker/config.json', optional: true }] };

test.each<[name: string, env: Record<string, string>, expected: Partial<ImagePolicy>]>([
  ['nothing said: no image is removed', {}, {}],
  ['a threshold: of the disk, which a socket leads to', { IMAGES_GCHIGHPERCENT: '85' }, { collection: { highPercent: 85, lowPercent: 80, minAgeMs: 120_000, isEngineHere: true } }],
  ['over TCP the disk is another machine\'s', { IMAGES_GCHIGHPERCENT: '85', DOCKER_HOST: 'tcp://10.0.0.1:2375' }, { collection: { highPercent: 85, lowPercent: 80, minAgeMs: 120_000, isEngineHere: false } }],
  ['a budget, an age', { IMAGES_GCHIGHPERCENT: '100', IMAGES_GCLOWPERCENT: '50', IMAGES_GCMINAGE: '1h', IMAGES_GCBUDGET: '1Ki' }, { collection: { highPercent: 100, lowPercent: 50, minAgeMs: 3_600_000, budgetBytes: 1024, isEngineHere: true } }],
  ['a file of logins before docker\'s own, wherever that is', { IMAGES_LOGINS: '/etc/logins.json', DOCKER_CONFIG: '/d' }, { loginFiles: [{ path: '/etc/logins.json', optional: false }, { path: '/d/config.json', optional: true }] }],
  ['pulls', { IMAGES_PARALLELPULLS: '1', IMAGES_PULLPROGRESSTIMEOUT: '5s', IMAGES_PLATFORM: 'linux/arm64' }, { parallelPulls: 1, progressTimeoutMs: 5000, platform: 'linux/arm64' }],
])('%s', (_name, env, expected) => {
  expect(toImagePolicy(loadConfig({ env: { ...HOME, ...env } }))).toEqual({ ...DEFAULTS, ...expected });
});
