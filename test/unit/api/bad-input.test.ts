import { gzipSync } from 'node:zlib';
import request from 'supertest';
import { createApp } from '../../../src/api/index.js';
import { minimalPod, withMember, type Json } from '../wire/bodies.js';
import { RecordingLogger, RecordingProvider } from './recording-provider.js';

const provider = new RecordingProvider();
const log = new RecordingLogger();
const app = createApp(provider, { log });

beforeEach(() => {
  provider.reset();
  log.lines.length = 0;
});

const SECRET_VALUE = 'TOP-SECRET!';
const CONTAINER = ['spec', 'containers', 0] as const;

function podWith(path: readonly (string | number)[], value: Json | undefined): Json {
  return withMember(minimalPod(), path, value);
}

const inContainer = (field: string, value: Json): Json => podWith([...CONTAINER, field], value);

test.each<[wrong: string, pod: Json]>([
  ['pod must be object', 'pod'],
  ['pod.metadata is required', podWith(['metadata'], undefined)],
  ['pod.metadata.uid is required', podWith(['metadata', 'uid'], undefined)],
  ['pod.metadata.name must be string', podWith(['metadata', 'name'], 5)],
  ['pod.metadata.name must be a DNS name', podWith(['metadata', 'name'], 'a_b')],
  ['pod.metadata.namespace must be at most 63', podWith(['metadata', 'namespace'], '../x')],
  ['pod.metadata.labels["a/b"] must be string', podWith(['metadata', 'labels'], { 'a/b': 1 })],
  ['pod.spec.containers is required', podWith(['spec', 'containers'], undefined)],
  ['pod.spec.containers must NOT have fewer than 1 items', podWith(['spec', 'containers'], [])],
  ['pod.spec.containers[0].image is required', podWith([...CONTAINER, 'image'], undefined)],
  ['pod.spec.containers[0].command must be array', inContainer('command', 'sh -c')],
  ['pod.spec.containers[0].command[1] must be string', inContainer('command', ['sh', 1])],
  ['pod.spec.containers[0].args[0] must be string', inContainer('args', [null])],
  ['pod.spec.containers[0].env[0].name is required', inContainer('env', [{ value: 'x' }])],
  ['pod.spec.containers[0].env[0].value must be string', inContainer('env', [{ name: 'A', value: 1 }])],
  ['pod.spec.containers[0].ports[0].containerPort must be <= 65535', inContainer('ports', [{ containerPort: 65536 }])],
  ['pod.spec.containers[0].resources.limits.cpu must be string', inContainer('resources', { limits: { cpu: 1 } })],
  ['pod.spec.containers[0].volumeMounts[0].mountPath is required', inContainer('volumeMounts', [{ name: 'v' }])],
  ['pod.spec.containers[0].tty must be boolean', inContainer('tty', 'yes')],
  ['pod.spec.containers[0].imagePullPolicy must be equal to one of the allowed values', inContainer('imagePullPolicy', 'Sometimes')],
  ['pod.spec.restartPolicy must be equal to one of the allowed values', podWith(['spec', 'restartPolicy'], 'Perhaps')],
  ['pod.spec.terminationGracePeriodSeconds must be integer', podWith(['spec', 'terminationGracePeriodSeconds'], '30')],
  ['pod.spec.volumes[0].name is required', podWith(['spec', 'volumes'], [{ emptyDir: {} }])],
  ['pod.spec.volumes[0].secret.defaultMode must be <= 511', podWith(['spec', 'volumes'], [{ name: 'v', secret: { secretName: 's', defaultMode: 512 } }])],
  ['pod.spec.volumes[0].projected.sources[0].configMap.items[0].path is required', podWith(['spec', 'volumes'], [{ name: 'v', projected: { sources: [{ configMap: { items: [{ key: 'k' }] } }] } }])],
])('%s', async (wrong, pod) => {
  const object = await request(app).post('/create').send({ pod });
  expect([object.status, object.text]).toEqual([400, expect.stringContaining(wrong)]);
  const array = await request(app).post('/create').send([{ pod: minimalPod() }, { pod }]);
  expect([array.status, array.text]).toEqual([400, expect.stringContaining(`[1].${wrong}`)]);
  expect(provider.created).toEqual([]);
});

const objects = (entry: Json): string => JSON.stringify({ pod: minimalPod(), container: [{}, entry] });

test.each<[path: string, body: string, status: number, text: string]>([
  ['/create', '', 400, 'pod is required'],
  ['/create', '{}', 400, 'pod is required'],
  ['/create', '[]', 400, 'request body'],
  ['/create', '['.repeat(129), 400, 'request body is nested more than 128 levels deep'],
  ['/create', '"text"', 400, 'request body is not a JSON object or array'],
  ['/create', `{"password": "${SECRET_VALUE}" "x"`, 400, 'request body is not a JSON object or array'],
  ['/create', objects({ secrets: 'x' }), 400, 'container[1].secrets must be array'],
  ['/create', objects({ secrets: [{ metadata: { name: 's' }, data: { token: SECRET_VALUE } }] }), 400, 'container[1].secrets[0].data.token is not base64'],
  ['/create', objects({ secrets: [{ metadata: { name: 's' }, data: { token: { value: SECRET_VALUE } } }] }), 400, 'container[1].secrets[0].data.token must be string'],
  ['/create', objects({ configMaps: [{ metadata: { name: 'c' }, data: { '../x': SECRET_VALUE } }] }), 400, 'container[1].configMaps[0].data["../x"] is not a valid key'],
  ['/create', objects({ projectedvolumemaps: [{ metadata: { name: 'v' }, data: { '/x': SECRET_VALUE } }] }), 400, 'container[1].projectedvolumemaps[0].data["/x"] is not a valid path'],
  ['/create?dry=1', JSON.stringify({ pod: minimalPod() }), 400, "Unknown query parameter 'dry'"],
  ['/delete', '[]', 400, 'request body must be object'],
  ['/delete', '{"metadata": {"uid": "u"}}', 400, 'spec is required'],
  ['/status', '', 400, 'request body must be array'],
  ['/status', '{}', 400, 'request body must be array'],
  ['/status', '[{}]', 400, '[0].metadata is required'],
  ['/status', '[null]', 400, '[0] must be object'],
  ['/getLogs', '[]', 400, 'request body must be object'],
  ['/getLogs', '{}', 400, 'PodUID is required'],
  ['/getLogs', '{"PodUID": "u", "Opts": {"Tail": -1}}', 400, 'Opts.Tail must be >= 0'],
  ['/getLogs', '{"PodUID": "u", "Opts": {"Tail": "5"}}', 400, 'Opts.Tail must be integer'],
  ['/getLogs', '{"PodUID": "u", "Opts": {"SinceTime": "noon"}}', 400, 'Opts.SinceTime must be an RFC 3339 time'],
  ['/getLogs', '{"PodUID": "../u"}', 400, 'PodUID must be at most 64'],
  ['/nowhere', '{}', 404, 'not found'],
])('POST %s %s', async (path, body, status, text) => {
  const answer = await request(app).post(path).set({ 'Content-Type': 'application/json', 'InterLink-Http-Session': text }).send(body);
  expect([answer.status, answer.text, answer.type]).toEqual([status, expect.stringContaining(text), 'text/plain']);
  expect(provider.contexts).toEqual([]);
  expect(answer.text + JSON.stringify(await log.lineOf(text))).not.toContain(SECRET_VALUE);
});

test.each<[method: 'get' | 'put' | 'delete', path: string]>([
  ['get', '/create'],
  ['put', '/create'],
  ['delete', '/delete'],
  ['put', '/status'],
])('%s %s is not a method of that path', async (method, path) => {
  const answer = await request(app)[method](path).send([]);
  expect([answer.status, answer.headers['allow']]).toEqual([405, expect.stringContaining('POST')]);
});

const LARGE = JSON.stringify({ pod: minimalPod(), jobScript: 'x'.repeat(20 * 1024 * 1024) });

test.each<[name: string, body: string | Buffer, encoding: string]>([
  ['as it is', LARGE, 'identity'],
  ['packed small', gzipSync(LARGE), 'gzip'],
])('a body of 20 MiB, %s: 413, and the server serves on', async (_name, body, encoding) => {
  const large = await request(app).post('/create').set({ 'Content-Type': 'application/json', 'Content-Encoding': encoding }).serialize((value: unknown) => value as string).send(body);
  expect([large.status, large.text]).toEqual([413, 'request body is larger than 16777216 bytes']);
  const next = await request(app).post('/create').send({ pod: minimalPod() });
  expect([next.status, provider.created.length]).toEqual([200, 1]);
});

test('the limit is an option', async () => {
  const small = createApp(provider, { log, bodyLimitBytes: 100 });
  const answer = await request(small).post('/create').send({ pod: minimalPod() });
  expect([answer.status, answer.text]).toEqual([413, 'request body is larger than 100 bytes']);
});
