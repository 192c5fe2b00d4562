import { parseCreateBody, toCreateAnswer, type CreateRequest } from '../../../src/wire/index.js';
import { minimalPod, type Json } from './bodies.js';
import { captures, readCapture } from './captured.js';

type Files = Record<string, Record<string, string>>;

function onlyPod(body: unknown): CreateRequest {
  const [first] = parseCreateBody(body).pods;
  if (first === undefined) throw new Error('no pod');
  return first;
}

function texts(objects: ReadonlyMap<string, ReadonlyMap<string, Buffer>>): Files {
  return Object.fromEntries([...objects].map(([name, files]) => [name, Object.fromEntries([...files].map(([key, bytes]) => [key, bytes.toString('latin1')]))]));
}

const withContainer = (container: Json): Json => ({ pod: minimalPod(), container });

test.each(captures('create-').map((capture) => [capture.name, capture] as const))('%s in both forms', (_name, { request, response }) => {
  const object = parseCreateBody(request);
  const array = parseCreateBody([request]);
  expect(object.form).toBe('object');
  expect(array).toEqual({ form: 'array', pods: object.pods });
  const created = object.pods.map(({ pod }) => ({ uid: pod.metadata.uid, jobId: `job-${pod.metadata.uid.slice(0, 8)}` }));
  expect(toCreateAnswer(created, 'object')).toEqual(response);
  expect(toCreateAnswer(created, 'array')).toEqual([response]);
});

test('everything that comes along with a pod is decoded, once for each object', () => {
  const { configMaps, binaryKeys, secrets, projected } = onlyPod(readCapture('create-full').request).delivered;
  expect(binaryKeys).toEqual(new Map([['full-settings', new Set(['blob.bin'])]]));
  expect(texts(configMaps)).toEqual({
    'full-settings': {
      'BAD-NAME.txt': 'not a name for a variable',
      colour: 'teal',
      greeting: 'first line\nsecond line\n',
      'blob.bin': '\x00\x01\x02\xff',
    },
  });
  expect(secrets.get('full-secret')?.get('password')?.toString()).toBe('s3cr3t $HOME \'quoted\' "twice"');
  expect(secrets.get('full-secret')?.get('token')?.toString()).toBe('ünïcode');
  expect([...projected.keys()].sort()).toEqual(['about', 'kube-api-access-rvtwh', 'mixed']);
  expect([...(projected.get('mixed')?.keys() ?? [])]).toEqual(['hello/greeting.txt', 'labels', 'token']);
});

test.each<[name: string, body: Json]>([
  ['no container list', { pod: minimalPod() }],
  ['a nil list', withContainer(null)],
  ['nil lists in it', withContainer([{ name: 'main', configMaps: null, projectedvolumemaps: null, secrets: null, emptyDirs: null }])],
])('%s: nothing came along', (_name, body) => {
  const { configMaps, secrets, projected } = onlyPod(body).delivered;
  expect([configMaps.size, secrets.size, projected.size]).toEqual([0, 0, 0]);
});

test('what Go leaves nil is an empty object, or an empty file', () => {
  const body = withContainer([{ configMaps: [{ metadata: { name: 'none' }, data: null, binaryData: null }], secrets: [{ metadata: { name: 's' }, data: { nil: null, empty: '' } }] }]);
  const { configMaps, secrets } = onlyPod(body).delivered;
  expect(texts(configMaps)).toEqual({ none: {} });
  expect(texts(secrets)).toEqual({ s: { nil: '', empty: '' } });
});

test('a key called __proto__ is a file', () => {
  const body = JSON.parse(JSON.stringify(withContainer([{ configMaps: [{ metadata: { name: 'c' }, data: { KEY: 'x' } }] }])).replace('KEY', '__proto__')) as unknown;
  expect([...(onlyPod(body).delivered.configMaps.get('c') ?? [])].map(([key, bytes]) => [key, bytes.toString()])).toEqual([['__proto__', 'x']]);
});

const SECRET_VALUE = 'TOP-SECRET!';
const secret = (key: string, value: Json): Json => withContainer([{ secrets: [{ metadata: { name: 's' }, data: { [key]: value } }] }]);
const config = (key: string): Json => withContainer([{}, { configMaps: [{ metadata: { name: 'c' }, data: { [key]: SECRET_VALUE } }] }]);
const projected = (file: string): Json => withContainer([{ projectedvolumemaps: [{ metadata: { name: 'v' }, data: { [file]: SECRET_VALUE } }] }]);

test.each<[wrongField: string, body: Json]>([
  ['', []],
  ['[0]', [null]],
  ['pod', { container: [] }],
  ['[1].pod', [{ pod: minimalPod() }, {}]],
  ['container', withContainer({})],
  ['container[0]', withContainer(['main'])],
  ['container[0].secrets', withContainer([{ secrets: {} }])],
  ['container[0].secrets[0]', withContainer([{ secrets: [null] }])],
  ['container[0].secrets[0].metadata', withContainer([{ secrets: [{ data: {} }] }])],
  ['container[0].secrets[0].metadata.name', withContainer([{ secrets: [{ metadata: {} }] }])],
  ['container[0].secrets[0].data', withContainer([{ secrets: [{ metadata: { name: 's' }, data: [] }] }])],
  ['container[0].secrets[0].data.token', secret('token', SECRET_VALUE)],
  ['container[0].secrets[0].data.token', secret('token', 'YWJj\nYWJj')],
  ['container[0].secrets[0].data.token', secret('token', 'YWI')],
  ['container[0].secrets[0].data.token', secret('token', 'YW-_')],
  ['container[0].secrets[0].data.token', secret('token', 7)],
  ['container[0].secrets[0].data["../up"]', secret('../up', 'YWJj')],
  ['container[1].configMaps[0].data[".."]', config('..')],
  ['container[1].configMaps[0].data["."]', config('.')],
  ['container[1].configMaps[0].data["..data"]', config('..data')],
  ['container[1].configMaps[0].data["a/b"]', config('a/b')],
  ['container[1].configMaps[0].data[""]', config('')],
  ['container[1].configMaps[0].data["a\\u0000"]', config('a\0')],
  ['container[0].projectedvolumemaps[0].data["/etc/passwd"]', projected('/etc/passwd')],
  ['container[0].projectedvolumemaps[0].data["../x"]', projected('../x')],
  ['container[0].projectedvolumemaps[0].data["a/../../x"]', projected('a/../../x')],
  ['container[0].projectedvolumemaps[0].data["a//x"]', projected('a//x')],
  ['container[0].projectedvolumemaps[0].data["a\\u0000b"]', projected('a\0b')],
  ['container[0].projectedvolumemaps[0].data[""]', projected('')],
])('wrong at %j', (wrongField, body) => {
  expect(() => parseCreateBody(body)).toThrow(expect.objectContaining({ name: 'WireError', path: wrongField }) as Error);
  expect(() => parseCreateBody(body)).not.toThrow(SECRET_VALUE);
});

test('a path of a projected volume may have folders, and dots inside of names', () => {
  expect(texts(onlyPod(projected('a/b..c/.d')).delivered.projected)).toEqual({ v: { 'a/b..c/.d': SECRET_VALUE } });
});
