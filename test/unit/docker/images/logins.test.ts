import { Images } from '../../../../src/docker/images/index.js';
import { DEFAULT_IMAGE_POLICY } from '../../../../src/docker/node/index.js';
import type { OnPullLine, PullRequest, RegistryLogin } from '../../../../src/engine/index.js';
import { EngineError } from '../../../../src/engine/index.js';
import { silentLogger } from '../../../../src/log.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';
import { CredentialHelpers } from '../../../support/credential-helpers.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

/** An engine whose registry knows one user, and repeats what it is given. */
class StrictEngine extends FakeEngine {
  readonly tried: (RegistryLogin | undefined)[] = [];

  constructor(private readonly known: string | undefined) {
    super();
  }

  override pullImage({ name, login }: PullRequest, _onLine: OnPullLine): Promise<void> {
    this.tried.push(login);
    if (login?.username !== this.known) return Promise.reject(new EngineError('Failed', `unauthorized: ${login?.password ?? 'nobody'} is not welcome`));
    this.addImage(name);
    return Promise.resolve();
  }
}

const logins = ['one', 'two'].map((username) => ({ username, password: `${username}-secret` }));

async function pull(engine: StrictEngine, own: readonly RegistryLogin[], loginFiles: readonly string[] = []): Promise<unknown> {
  const policy = { ...DEFAULT_IMAGE_POLICY, loginFiles: loginFiles.map((path) => ({ path, optional: false })) };
  const listener = { started: () => undefined, progress: () => undefined };
  const images = new Images(engine, policy, new VirtualClock(), silentLogger);
  return images.prepare({ image: 'r.io/app:1', policy: 'Always', logins: own }, listener, new AbortController().signal).then(
    ({ how }) => how,
    (error: unknown) => error,
  );
}

test('P77: logins are tried in order until one is welcome', async () => {
  const engine = new StrictEngine('two');
  expect(await pull(engine, logins)).toBe('pulled');
  expect(engine.tried.map((login) => login?.username)).toEqual(['one', 'two']);
});

test('P77: the pod\'s stand before the node\'s, and nobody in particular comes last', async () => {
  const helpers = new CredentialHelpers();
  const file = helpers.file('config.json', { auths: { 'r.io': { username: 'node', password: 'node-secret' }, 'other.io': { username: 'other', password: 'p' } } });
  const engine = new StrictEngine(undefined);
  expect(await pull(engine, logins, [file])).toBe('pulled');
  expect(engine.tried.map((login) => login?.username)).toEqual(['one', 'two', 'node', undefined]);
  helpers.remove();
});

test('P77: what registries said of all of them is told, each thing once, and nothing of the logins', async () => {
  const error = await pull(new StrictEngine('three'), [...logins, { registryToken: 'x' }]);
  expect(error).toMatchObject({ reason: 'ErrImagePull', message: 'unauthorized: *** is not welcome; unauthorized: nobody is not welcome' });
});

test('P77: an engine that goes away is not asked with the next one', async () => {
  const engine = new StrictEngine('two');
  engine.pullImage = () => Promise.reject(new EngineError('Unavailable', 'gone'));
  engine.setDown(true);
  expect(await pull(engine, logins)).toMatchObject({ name: 'EngineError', tag: 'Unavailable' });
});
