/** Networks of namespaces, over an engine that is not there. */
import { PodNetworks, siteOverlaps } from '../../../../src/docker/network/index.js';
import { ExclusiveClaims } from '../../../../src/docker/ledger/index.js';
import { networkName, parseNetworkName } from '../../../../src/docker/record/index.js';
import { silentLogger } from '../../../../src/log.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';

const NOW = new Date('2026-01-01T00:00:00Z');

function networksOf(engine: FakeEngine, settings = { podCidr: '10.213.0.0/24', subnetBits: 26 }): PodNetworks {
  return new PodNetworks(engine, 'node', settings, new ExclusiveClaims(), silentLogger);
}

test('P57: a range without room says what is in it, and which setting helps', async () => {
  const engine = new FakeEngine();
  await engine.createNetwork({ name: 'theirs', subnet: '10.213.0.64/26', labels: {} });
  const networks = networksOf(engine);
  const claim = (namespace: string): Promise<unknown> => networks.claim({ namespace, internal: false }, `u-${namespace}`, NOW);
  for (const namespace of ['a', 'b', 'c']) await claim(namespace);
  await expect(claim('d')).rejects.toMatchObject({
    kind: 'OutOfResources',
    message: "namespace d: no free /26 is left in Network.PodCIDR 10.213.0.0/24: it holds 3 of this node's networks, the engine's network theirs (10.213.0.64/26). Give Network.PodCIDR a range that nothing else at the site uses, or make the networks smaller with a larger Network.SubnetBits",
  });
});

test('P57: a subnet without room says how many have it, and which setting helps', async () => {
  const networks = networksOf(new FakeEngine(), { podCidr: '10.213.0.0/24', subnetBits: 29 });
  for (let index = 0; index < 5; index++) await networks.claim({ namespace: 'a', internal: false }, `u${index}`, NOW);
  await expect(networks.claim({ namespace: 'a', internal: false }, 'u5', NOW)).rejects.toMatchObject({ kind: 'OutOfResources', message: 'subnet 10.213.0.0/29 of namespace a is full: 5 pods have an address of it; a smaller Network.SubnetBits makes larger ones' });
});

test('P63: a network of the same name that is open does not serve pods that are to reach nothing', async () => {
  const engine = new FakeEngine();
  const name = networkName('node', { namespace: 'a', internal: true });
  await engine.createNetwork({ name, subnet: '10.9.0.0/24', labels: {} });
  const networks = networksOf(engine);
  await expect(networks.claim({ namespace: 'a', internal: true }, 'u', NOW)).rejects.toThrow(/was not made by this plugin: it is open to other networks/);
  await expect(networks.ensure({ name, subnet: '10.9.0.0/24', internal: true })).rejects.toThrow(/open to other networks/);
});

test('P63: a network that was pruned is made again as it was', async () => {
  const engine = new FakeEngine();
  const networks = networksOf(engine);
  const { name, subnet, internal } = await networks.claim({ namespace: 'a', internal: true }, 'u', NOW);
  await engine.removeNetwork(name);
  await networks.ensure({ name, subnet, ...(internal && { internal }) });
  expect(await engine.inspectNetwork(name)).toMatchObject({ Internal: true, Subnets: [subnet], Labels: { 'interlink.eu/node': 'node', 'io.kubernetes.pod.namespace': 'a' } });
});

test.each([{ namespace: 'team', internal: false }, { namespace: 'team', internal: true }, { namespace: '', internal: false }, { namespace: '', internal: true }])('the name of a network tells which it is: %j', (kind) => {
  expect(parseNetworkName('a_b', networkName('a_b', kind))).toEqual(kind);
  expect(parseNetworkName('a', networkName('a_b', kind))).toBeUndefined();
});

test('P57: addresses of the host that lie in the range are found, but not those of engines', () => {
  const addresses = [{ name: 'eth0', cidr: '10.213.7.5/24' }, { name: 'eth1', cidr: '10.0.0.0/8' }, { name: 'eth2', cidr: '192.168.0.1/16' }, { name: 'br-0123', cidr: '10.213.0.1/22' }];
  expect(siteOverlaps('10.213.0.0/16', addresses).map(({ name }) => name)).toEqual(['eth0', 'eth1']);
});
