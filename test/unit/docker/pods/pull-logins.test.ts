import { pullLoginsFor, toPullLogins } from '../../../../src/docker/pods/pull-logins.js';
import type { ManagedPod } from '../../../../src/docker/pods/managed-pod.js';
import { decodeRecord, encodeRecord, type PullLogins } from '../../../../src/docker/record/index.js';
import { parseRecordKeys } from '../../../../src/docker/secrets/index.js';
import { podOf } from '../admission/pods.js';
import { recordOf } from '../spec/records.js';

const KEYS = parseRecordKeys('11'.repeat(32));
const OTHER_KEYS = parseRecordKeys('22'.repeat(32));
const auths = Object.fromEntries(['r.io', 'r.io/team', 'volume.io', 'other.io'].map((registry) => [registry, { username: registry, password: `secret of ${registry}` }]));
const secret = new Map([['.dockerconfigjson', Buffer.from(JSON.stringify({ auths }))]]);

/** `second` has a login that `access` has as well, and one of its own. */
const second = new Map([['.dockerconfigjson', Buffer.from(JSON.stringify({ auths: { 'r.io': { username: 'second', password: 'p' }, 'r.io/team/app': { username: 'third', password: 'p' } } }))]]);

function loginsOf(spec: Record<string, unknown>, keys?: typeof KEYS, more: readonly [string, typeof secret][] = []): PullLogins | undefined {
  const pod = podOf({ imagePullSecrets: [{ name: 'access' }], ...spec }, { image: 'r.io/team/app:1' });
  const delivered = { configMaps: new Map(), projected: new Map(), binaryKeys: new Map(), secrets: new Map([['plain', new Map([['key', Buffer.from('{}')]])], ...more, ['access', secret]]) };
  return toPullLogins({ pod, delivered }, keys === undefined ? {} : { recordKeys: keys });
}

/** What is used of them after the record was written and read again. */
async function readBack(pullLogins: PullLogins | undefined, keys: typeof KEYS | undefined, events: string[] = []): Promise<unknown[]> {
  const record = { ...recordOf([{ name: 'main', image: 'r.io/team/app:1' }]), ...(pullLogins && { pullLogins }) };
  const pod = { record: await decodeRecord(await encodeRecord(record)), addEvent: (_type: string, reason: string, message: string) => void events.push(`${reason}: ${message}`) };
  return pullLoginsFor('r.io/team/app:1', pod as unknown as ManagedPod, keys === undefined ? {} : { recordKeys: keys }).map(({ username }) => username);
}

test('P77: of its pull Secrets, what is for images of the pod goes on record', () => {
  const image = { volumes: [{ name: 'v', image: { reference: 'volume.io/data:1' } }] };
  expect(loginsOf({})).toMatchObject({ kind: 'plain', entries: [{ pattern: 'r.io' }, { pattern: 'r.io/team' }] });
  expect(loginsOf(image)).toMatchObject({ entries: [{ pattern: 'r.io' }, { pattern: 'r.io/team' }, { pattern: 'volume.io' }] });
  expect(JSON.stringify(loginsOf({}))).not.toContain('other.io');
});

test('P77: Secrets of that type that came for a volume count too, after those that the pod names', async () => {
  expect(loginsOf({ imagePullSecrets: [] })).toMatchObject({ entries: [{ pattern: 'r.io' }, { pattern: 'r.io/team' }] });
  expect(await readBack(loginsOf({}, undefined, [['mounted', second]]), undefined)).toEqual(['third', 'r.io/team', 'r.io', 'second']);
  expect(await readBack(loginsOf({ imagePullSecrets: [{ name: 'mounted' }] }, undefined, [['mounted', second]]), undefined)).toEqual(['third', 'r.io/team', 'second', 'r.io']);
});

test('P77: a pod for whose images there is no login has none on record', () => {
  expect(toPullLogins({ pod: podOf({}, { image: 'elsewhere.io/app:1' }), delivered: { configMaps: new Map(), projected: new Map(), binaryKeys: new Map(), secrets: new Map([['access', secret]]) } }, {})).toBeUndefined();
});

test('P77: it is there again after a restart, the best first', async () => {
  expect(await readBack(loginsOf({}), undefined)).toEqual(['r.io/team', 'r.io']);
  expect(await readBack(undefined, undefined)).toEqual([]);
});

test('P77: where the operator has a key, nothing of it can be read without the key', async () => {
  const sealed = loginsOf({}, KEYS);
  expect(sealed?.kind).toBe('sealed');
  expect(Buffer.from(JSON.stringify(sealed)).toString()).not.toContain('secret');
  expect(await readBack(sealed, KEYS)).toEqual(['r.io/team', 'r.io']);
});

test.each<[name: string, keys: typeof KEYS | undefined]>([['without the key', undefined], ['under another key', OTHER_KEYS]])('P77: %s the pod is told, and its images are pulled with what the node has', async (_name, keys) => {
  const events: string[] = [];
  expect(await readBack(loginsOf({}, KEYS), keys, events)).toEqual([]);
  expect(events).toEqual([expect.stringMatching(/^FailedToRetrieveImagePullSecret: Unable to use the image pull secrets of the pod: .*[Kk]ey/)]);
});
