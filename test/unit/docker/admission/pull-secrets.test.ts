import { admit } from '../../../../src/docker/admission/index.js';
import { NODE } from '../this-node.js';
import { podOf } from './pods.js';

const login = { auths: { 'r.io': { auth: 'bWU6cGFzcw==' } } };
const delivered = (secrets: Record<string, Record<string, unknown>>) => {
  const toFiles = (data: Record<string, unknown>) => new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))]));
  return { configMaps: new Map(), projected: new Map(), binaryKeys: new Map(), secrets: new Map(Object.entries(secrets).map(([name, data]) => [name, toFiles(data)])) };
};

test('P77: a pull Secret that came with the pod is used, in silence', () => {
  const pod = podOf({ imagePullSecrets: [{ name: 'today' }, { name: 'before' }] });
  expect(admit(pod, NODE, delivered({ today: { '.dockerconfigjson': login }, before: { '.dockercfg': login.auths } })).warnings).toEqual([]);
});

test.each<[name: string, secrets: Record<string, Record<string, unknown>>, warning: string]>([
  ['that did not come', { other: { '.dockerconfigjson': login } }, 'did not come with the pod'],
  ['of another type', { access: { password: 's3cr3t' } }, 'it has neither .dockerconfigjson nor .dockercfg'],
  ['that is damaged', { access: { '.dockerconfigjson': '{"auths": s3cr3t' } }, 'it is not JSON'],
  ['without a login', { access: { '.dockerconfigjson': { auths: {}, credsStore: 's3cr3t' } } }, 'holds no login'],
])('P77: a pull Secret %s is said to be without effect', (_name, secrets, words) => {
  const { warnings } = admit(podOf({ imagePullSecrets: [{ name: 'access' }] }), NODE, delivered(secrets));
  expect(warnings).toEqual([expect.stringMatching(new RegExp(`^pod\\.spec\\.imagePullSecrets\\[0\\]: .*${words}.*; images are pulled without it$`))]);
  expect(warnings.join()).not.toContain('s3cr3t');
});

test('P77: a strict node refuses a pod whose pull Secret did not come', () => {
  const strict = { ...NODE, policy: { ...NODE.policy, strict: true } };
  expect(() => admit(podOf({ imagePullSecrets: [{ name: 'access' }] }), strict)).toThrow(/^pod\.spec\.imagePullSecrets\[0\]: /);
});
