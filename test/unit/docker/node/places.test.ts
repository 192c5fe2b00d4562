import { DEFAULT_POLICY, type NodePolicy, placeClaim, placeHostPath, placeNfs } from '../../../../src/docker/node/index.js';

type HostPaths = NodePolicy['podSecurity']['allowed']['hostPaths'];
type Claims = NodePolicy['volumes']['claims'];

function policyOf(hostPaths: HostPaths, claims: Claims = [], level: NodePolicy['podSecurity']['level'] = 'baseline'): NodePolicy {
  const { podSecurity } = DEFAULT_POLICY;
  return { ...DEFAULT_POLICY, podSecurity: { ...podSecurity, level, allowed: { ...podSecurity.allowed, hostPaths } }, volumes: { claims, nfs: [] } };
}

const rw = (path: string): HostPaths[number] => ({ path, readOnly: false });
const ro = (path: string): HostPaths[number] => ({ path, readOnly: true });

test.each<[path: string, allowed: HostPaths, expected: ReturnType<typeof placeHostPath>]>([
  ['/data', [rw('/data')], { path: '/data', readOnly: false }],
  ['/data/a/b', [ro('/data')], { path: '/data/a/b', readOnly: true }],
  ['/data/a/b', [rw('/data')], { path: '/data', below: 'a/b', readOnly: false }],
  ['/data/a', [rw('/data'), ro('/data/a')], { path: '/data', below: 'a', readOnly: true }],
  ['/data/a/b', [ro('/data'), rw('/data/a')], { path: '/data/a', below: 'b', readOnly: false }],
  ['/data/a/b/c', [rw('/data/a'), rw('/data'), ro('/data/a/b')], { path: '/data', below: 'a/b/c', readOnly: true }],
  ['/', [rw('/')], { path: '/', readOnly: false }],
  ['/etc', [ro('/')], { path: '/etc', readOnly: true }],
  ['/etc', [rw('/')], { path: '/', below: 'etc', readOnly: false }],
  ['/database', [rw('/data')], undefined],
  ['/dat', [rw('/data')], undefined],
  ['/data', [], undefined],
])('%s of %j', (path, allowed, expected) => {
  expect(placeHostPath(path, policyOf(allowed))).toEqual(expected);
});

test('on the level privileged, what is not allowed by name is so all the same', () => {
  expect(placeHostPath('/etc', policyOf([ro('/logs')], [], 'privileged'))).toEqual({ path: '/etc', readOnly: false });
  expect(placeHostPath('/logs/a', policyOf([ro('/logs')], [], 'privileged'))).toEqual({ path: '/logs/a', readOnly: true });
});

const CLAIMS: Claims = [
  { pattern: 'team/one', kind: 'volume', template: 'fixed', readOnly: true },
  { pattern: 'team/*-dir', kind: 'directory', template: '/claims/{namespace}/{claim}', readOnly: false },
  { pattern: 'ref-*/*', kind: 'directory', template: '/ref/{claim}', readOnly: true },
  { pattern: '*/inner', kind: 'directory', template: '/claims/team/x-dir/inner', readOnly: false },
  { pattern: 'team/*', kind: 'volume', template: '{namespace}_{claim}', readOnly: false },
  { pattern: 'a.b/c', kind: 'volume', template: 'dots', readOnly: false },
];

test.each<[namespace: string, claim: string, subPath: string | undefined, expected: ReturnType<typeof placeClaim>]>([
  ['team', 'one', undefined, { kind: 'volume', engineName: 'fixed', readOnly: true }],
  ['team', 'two', undefined, { kind: 'volume', engineName: 'team_two', readOnly: false }],
  ['team', 'a-dir', undefined, { kind: 'directory', path: '/claims/team/a-dir', readOnly: false }],
  ['team', 'a-dir', 'b/c', { kind: 'directory', path: '/claims/team/a-dir', below: 'b/c', readOnly: false }],
  ['ref-1', 'x', 'b', { kind: 'directory', path: '/ref/x/b', readOnly: true }],
  ['other', 'inner', undefined, { kind: 'directory', path: '/claims/team/x-dir', below: 'inner', readOnly: false }],
  ['other', 'x', undefined, undefined],
  ['axb', 'c', undefined, undefined],
])('the claim %s/%s, %p of it', (namespace, claim, subPath, expected) => {
  expect(placeClaim(namespace, claim, policyOf([], CLAIMS), subPath)).toEqual(expected);
});

test('a path of the host below claims that pods write is behind them', () => {
  expect(placeHostPath('/claims/any/thing/below', policyOf([ro('/claims')], CLAIMS))).toEqual({ path: '/claims/any/thing', below: 'below', readOnly: true });
  expect(placeHostPath('/claims/any/thing', policyOf([ro('/claims')], CLAIMS))).toEqual({ path: '/claims/any/thing', readOnly: true });
});

test.each<[server: string, path: string, expected: ReturnType<typeof placeNfs>]>([
  ['nas', '/export', { path: '/export', readOnly: false }],
  ['nas', '/export/a', { path: '/export', below: 'a', readOnly: false }],
  ['nas', '/export/ro/a', { path: '/export/ro', below: 'a', readOnly: true }],
  ['nas', '/exported', undefined],
  ['other', '/export', undefined],
])('the export %s:%s', (server, path, expected) => {
  expect(placeNfs(server, path, { claims: [], nfs: [{ server: 'nas', path: '/export', readOnly: false }, { server: 'nas', path: '/export/ro', readOnly: true }] })).toEqual(expected);
});
