import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DamagedRecord, decodeRecord, encodeRecord, RECORD_VERSION, recordVersionOf, UnknownRecordVersion } from '../../../../src/docker/record/index.js';
import type { PodRecord } from '../../../../src/docker/record/index.js';
import type { EnvVar, Pod } from '../../../../src/kube/index.js';

const FOREIGN = ['PATH=/bin', 'INTERLINK_RECORD_X=1', 'INTERLINK_RECORD_=', 'HOSTNAME=x'];

/** Does not compress, so that the size of a record is known. */
function noise(bytes: number): string {
  return randomBytes(Math.ceil((bytes * 3) / 4)).toString('base64').slice(0, bytes);
}

function recordOf(env: EnvVar[], annotations: Record<string, string> = {}): PodRecord {
  return {
    version: RECORD_VERSION,
    pod: { metadata: { name: 'p', namespace: 'ns', uid: 'u-1', annotations }, spec: { containers: [{ name: 'main', env }] } },
    acceptedAt: '2026-01-01T00:00:00.000Z',
    network: { name: 'n', subnet: '10.213.0.0/22', ip: '10.213.0.9', aliases: ['p'] },
    volumes: [{ kind: 'own', name: 'v', engineName: 'k8s_node_u-1_v', digest: 'abc' }],
  };
}

test.each<[what: string, record: PodRecord, strings: number]>([
  ['a small one', recordOf([{ name: 'A', value: 'ünïcode \u0000 "quoted" $(X)\n' }]), 2],
  ['one of 300 kB', recordOf([{ name: 'A', value: noise(300_000) }]), 4],
  ['one near the limit', recordOf([{ name: 'A', value: noise(980_000) }]), 10],
])('%s is read back as it was', async (_what, record, strings) => {
  const env = await encodeRecord(record);
  expect(env).toHaveLength(strings);
  expect(Math.max(...env.map((entry) => Buffer.byteLength(entry)))).toBeLessThanOrEqual(120_000);
  expect(env.every((entry) => /^INTERLINK_RECORD_(VERSION|\d+)=[\w+/=]+$/.test(entry))).toBe(true);
  expect(await decodeRecord([...FOREIGN, ...env.toReversed()])).toEqual(record);
});

test.each<[what: string, record: PodRecord, message: RegExp]>([
  ['many variables', recordOf(Array.from({ length: 40 }, (_, index) => ({ name: `A${index}`, value: noise(50_000) }))), /pod\.spec\.containers\[0\]\.env \(20\d\d kB\)/],
  ['one variable', recordOf([{ name: 'A', value: 'x' }, { name: 'B', value: noise(2_000_000) }]), /pod\.spec\.containers\[0\]\.env\[1\]\.value \(20\d\d kB\)/],
  ['an annotation', recordOf([], { 'example.com/note': noise(2_000_000) }), /pod\.metadata\.annotations\["example\.com\/note"\] \(20\d\d kB\)/],
])('too much in %s is refused by name', async (_what, record, message) => {
  await expect(encodeRecord(record)).rejects.toMatchObject({ name: 'ProviderError', kind: 'TooLarge', message: expect.stringMatching(message) as unknown });
});

test('a record that version 1 wrote is read', async () => {
  const env = JSON.parse(readFileSync('test/fixtures/records/version-1.json', 'utf8')) as string[];
  expect(await decodeRecord(env)).toMatchObject({
    version: RECORD_VERSION,
    pod: { metadata: { uid: 'u-1' }, spec: { containers: [{ env: [{ name: 'A', value: 'ü "$(X)"\n' }] }] } },
    network: { ip: '10.213.0.9' },
    volumes: [{ kind: 'own', name: 'v', engineName: 'k8s_node_u-1_v' }, { kind: 'own', name: 'c', engineName: 'k8s_node_u-1_c', digest: 'abc' }],
  });
});

test('a record that version 3 wrote is read', async () => {
  const env = JSON.parse(readFileSync('test/fixtures/records/version-3.json', 'utf8')) as string[];
  expect(env[0]).toBe('INTERLINK_RECORD_VERSION=3');
  expect(await decodeRecord(env)).toMatchObject({ version: 3, pod: { metadata: { uid: 'u-3' }, spec: { hostNetwork: true } }, network: { name: 'host', subnet: '', ip: '192.0.2.1', aliases: [] } });
});

const PLAIN_POD: Pod = { metadata: { name: 'p', namespace: 'ns', uid: 'u-1' }, spec: { containers: [{ name: 'main', env: [{ name: 'A', value: '1' }] }] } };

test.each<[name: string, version: number]>([['interlink_node_team', 2], ['host', 3]])('the network %s makes a record of version %i', (name, version) => {
  expect(recordVersionOf({ name, subnet: '', ip: '10.0.0.1', aliases: [] }, PLAIN_POD)).toBe(version);
});

test('a variable out of a file makes a record of version 3: an older plugin would run the pod without', () => {
  const env = [{ name: 'A', valueFrom: { fileKeyRef: { volumeName: 'v', path: 'p', key: 'k' } } }];
  expect(recordVersionOf({ name: 'net', subnet: '', ip: '10.0.0.1', aliases: [] }, { ...PLAIN_POD, spec: { containers: [{ name: 'main' }], initContainers: [{ name: 'init', env }] } })).toBe(3);
});

test('a newer format is told by its number, whatever else there is', async () => {
  await expect(decodeRecord(['INTERLINK_RECORD_VERSION=7', 'INTERLINK_RECORD_0=?'])).rejects.toEqual(new UnknownRecordVersion(7));
});

type Damage = (env: string[]) => string[];
test.each<[what: string, damage: Damage]>([
  ['nothing there', () => FOREIGN],
  ['no version', (env) => env.slice(1)],
  ['version 0', (env) => ['INTERLINK_RECORD_VERSION=0', ...env.slice(1)]],
  ['no number as version', (env) => ['INTERLINK_RECORD_VERSION=x', ...env.slice(1)]],
  ['no parts', (env) => env.slice(0, 1)],
  ['the first part lost', (env) => env.filter((entry) => !entry.startsWith('INTERLINK_RECORD_0='))],
  ['a middle part lost', (env) => env.filter((entry) => !entry.startsWith('INTERLINK_RECORD_1='))],
  ['the last part lost', (env) => env.slice(0, -1)],
  ['a letter changed', (env) => env.map((entry, index) => (index === 2 ? entry.slice(0, 500) + (entry[500] === 'A' ? 'B' : 'A') + entry.slice(501) : entry))],
])('damage is told by name: %s', async (_what, damage) => {
  const env = await encodeRecord(recordOf([{ name: 'A', value: noise(300_000) }]));
  await expect(decodeRecord(damage(env))).rejects.toThrow(DamagedRecord);
});

test.each<[what: string, value: object]>([
  ['an empty object', {}],
  ['another version inside', { ...recordOf([]), version: 0 }],
  ['no pod', { ...recordOf([]), pod: undefined }],
  ['a pod without containers', { ...recordOf([]), pod: { metadata: { uid: 'u' }, spec: {} } }],
  ['no network', { ...recordOf([]), network: null }],
])('whole data that is no record is damage too: %s', async (_what, value) => {
  const [, ...parts] = await encodeRecord(value as PodRecord);
  await expect(decodeRecord([`INTERLINK_RECORD_VERSION=${RECORD_VERSION}`, ...parts])).rejects.toThrow(DamagedRecord);
});
