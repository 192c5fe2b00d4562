import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_POD_SECURITY, type NodeTraits } from '../../../../src/docker/node/index.js';
import { ContainerConfigError, lookUpFacts } from '../../../../src/docker/pods/container-facts.js';
import type { ContainerFacts } from '../../../../src/docker/spec/index.js';
import type { Container } from '../../../../src/kube/index.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';
import { recordOf } from '../spec/records.js';
import { NODE } from '../this-node.js';

const directory = mkdtempSync(join(tmpdir(), 'facts-'));
const profiles = join(directory, 'profiles');
beforeAll(() => {
  mkdirSync(join(profiles, 'deep', 'directory'), { recursive: true });
  writeFileSync(join(profiles, 'deep', 'mine.json'), '{\n  "defaultAction": "SCMP_ACT_ALLOW"\n}\n');
  writeFileSync(join(profiles, 'off'), 'unconfined');
  writeFileSync(join(directory, 'outside.json'), '{}');
  symlinkSync('deep/mine.json', join(profiles, 'link.json'));
  symlinkSync('../outside.json', join(profiles, 'way-out.json'));
});
afterAll(() => rmSync(directory, { recursive: true }));

const engine = new FakeEngine();
engine.addImage('root:1');
engine.addImage('app:1', { User: '1000:1000' });
engine.addImage('named:1', { User: 'app' });

const traits = (seccompProfiles?: string): NodeTraits => ({ ...NODE, policy: { ...NODE.policy, podSecurity: { ...DEFAULT_POD_SECURITY, ...(seccompProfiles !== undefined && { seccompProfiles }) } } });

function lookUp(image: string, securityContext: NonNullable<Container['securityContext']>, node = traits(profiles)): Promise<ContainerFacts> {
  const container = { name: 'main', image, securityContext };
  return lookUpFacts(recordOf([container]), container, { engine, traits: node });
}

const local = (localhostProfile: string) => ({ seccompProfile: { type: 'Localhost', localhostProfile } });

test.each<[image: string, security: NonNullable<Container['securityContext']>, facts: ContainerFacts]>([
  // What need not be known is not asked for: this image is not there.
  ['absent:1', {}, {}],
  ['absent:1', { runAsUser: 5, runAsGroup: 5, runAsNonRoot: true }, {}],
  ['root:1', { runAsGroup: 5 }, { imageUser: '' }],
  ['app:1', { runAsGroup: 5, runAsNonRoot: true }, { imageUser: '1000:1000' }],
  ['absent:1', local('deep/mine.json'), { seccompProfile: '{"defaultAction":"SCMP_ACT_ALLOW"}' }],
  ['absent:1', local('link.json'), { seccompProfile: '{"defaultAction":"SCMP_ACT_ALLOW"}' }],
])('%s with %j', async (image, security, facts) => {
  expect(await lookUp(image, security)).toEqual(facts);
});

test.each<[image: string, why: RegExp]>([['root:1', /runs as root/], ['named:1', /"app"/]])('P43: %s must not run', async (image, why) => {
  const refused = lookUp(image, { runAsNonRoot: true });
  await expect(refused).rejects.toThrow(ContainerConfigError);
  await expect(refused).rejects.toThrow(why);
});

test('an image that has gone is the engine\'s to miss', async () => {
  await expect(lookUp('absent:1', { runAsNonRoot: true })).rejects.toMatchObject({ tag: 'NotFound' });
});

test.each<[profile: string, why: string]>([
  ['absent.json', 'there is none'],
  ['deep/directory', 'it is no file'],
  ['way-out.json', 'it is not in the directory of profiles'],
  ['../outside.json', 'it is not in the directory of profiles'],
  ['deep/../../outside.json', 'it is not in the directory of profiles'],
  ['off', 'it is not JSON'],
])('P49: a profile that cannot be used: %s', async (profile, why) => {
  const { message } = (await lookUp('root:1', local(profile)).catch((error: unknown) => error)) as Error;
  expect(message).toContain(`cannot use the seccomp profile "${profile}": ${why}`);
  expect(message).not.toContain(directory);
});

test('P49: without a directory there are no profiles', async () => {
  await expect(lookUp('root:1', local('mine.json'), traits())).rejects.toThrow('this node has no directory of profiles');
});
