import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProbeReach, type Place, type ReachSettings } from '../../../../src/docker/probes/index.js';
import { containerIdIn } from '../../../../src/docker/probes/own-container.js';
import type { NodeAddresses } from '../../../../src/docker/probes/index.js';
import { silentLogger } from '../../../../src/log.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const SUBNET = '127.0.0.0/24';
const OWN = 'plugin';

interface Scene {
  readonly clock: VirtualClock;
  readonly engine: FakeEngine;
  readonly reach: ProbeReach;
  readonly place: Place;
  readonly bridge: string;
  readonly claimed: Set<string>;
}

/** @param bridge name of the interface that has the gateway's address; `own`: that of the network */
async function scene(bridge: 'own' | 'another' | undefined, settings: ReachSettings, isInContainer = false): Promise<Scene> {
  const clock = new VirtualClock();
  const engine = new FakeEngine({ clock, images: ['sandbox:1', 'plugin'] });
  const id = await engine.createNetwork({ name: 'pods', subnet: SUBNET, labels: {} });
  const own = await engine.createContainer(OWN, { Image: 'plugin', HostConfig: { NetworkMode: 'none' } });
  await engine.startContainer(own);
  engine.answers(({ command }) => (command.includes('81') ? { output: [{ stream: 'stderr', text: 'relay: 127.0.0.1: connection refused\n' }], exits: 1 } : { output: [{ stream: 'stderr', text: 'connected\n' }], echoes: true }));
  const name = bridge === 'own' ? `br-${id.slice(0, 12)}` : 'br-000000000000';
  const claimed = new Set<string>();
  const addresses: NodeAddresses = { claimForNode: (network) => (claimed.add(network), '127.0.0.254'), giveBackForNode: (network) => void claimed.delete(network) };
  const reach = new ProbeReach({
    bench: { engine, node: 'node', image: 'sandbox:1' }, addresses, clock, logger: silentLogger, settings,
    ownAddresses: () => new Map(bridge === undefined ? [] : [[name, ['127.0.0.1']]]),
    ownContainer: () => Promise.resolve(isInContainer ? own : undefined),
  });
  return { clock, engine, reach, claimed, bridge: name, place: { address: '127.0.0.1', network: { name: 'pods', subnet: SUBNET } } };
}

const AUTO: ReachSettings = { way: 'auto', mayJoin: true };
const nobody = new AbortController().signal;
const options = { lastsMs: 1000, signal: nobody };

async function server(): Promise<{ port: number; close: () => void }> {
  const listening = http.createServer().listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return { port: (listening.address() as AddressInfo).port, close: () => void listening.close() };
}

const helpersOf = ({ engine }: Scene): unknown[] => engine.calls.flatMap(({ method, args }) => (method === 'createContainer' && String(args[0]).startsWith('interlink_helper_') ? [args[1]] : []));

test.each<[name: string, bridge: 'own' | 'another' | undefined, settings: ReachSettings, isInContainer: boolean, expected: 'direct' | 'joined' | 'relay']>([
  ["on the engine's host: directly", 'own', AUTO, false, 'direct'],
  ['on a host whose own network has the same address: by a helper', 'another', AUTO, false, 'relay'],
  ['elsewhere: by a helper', undefined, AUTO, false, 'relay'],
  ['in a container of the engine: by joining the network', undefined, AUTO, true, 'joined'],
  ['in a container that pods must not reach: by a helper', undefined, { way: 'auto', mayJoin: false }, true, 'relay'],
  ['where it is said so: by a helper', 'own', { way: 'relay', mayJoin: true }, true, 'relay'],
])('P65: a probe reaches a pod %s', async (_name, bridge, settings, isInContainer, expected) => {
  const one = await scene(bridge, settings, isInContainer);
  const { port, close } = await server();
  const connection = await one.reach.dial(one.place, '127.0.0.1', port, options);
  connection.destroy();
  close();
  expect([helpersOf(one).length, one.engine.countOf('joinNetwork')]).toEqual([expected === 'relay' ? 1 : 0, expected === 'joined' ? 1 : 0]);
  await one.reach.stop();
  expect(one.claimed.size).toBe(0);
});

test('a pod on the network of its host is not looked for on one of ours', async () => {
  const one = await scene(undefined, AUTO);
  const { port, close } = await server();
  (await one.reach.dial({ address: '127.0.0.1' }, '127.0.0.1', port, options)).destroy();
  close();
  expect(helpersOf(one)).toEqual([]);
});

describe('by a helper', () => {
  const RELAY: ReachSettings = { way: 'relay', mayJoin: false };

  test('one a network, confined, with an address of its own, and one command a connection', async () => {
    const one = await scene('own', RELAY);
    const connections = await Promise.all([80, 80, 82].map((port) => one.reach.dial(one.place, '127.0.0.1', port, options)));
    expect(helpersOf(one)).toEqual([expect.objectContaining({ Cmd: ['pause'], User: '65535:65535', HostConfig: expect.objectContaining({ CapDrop: ['ALL'], ReadonlyRootfs: true, NetworkMode: 'pods' }) as unknown, NetworkingConfig: { EndpointsConfig: { pods: { IPAMConfig: { IPv4Address: '127.0.0.254' } } } } })]);
    expect(one.engine.calls.filter(({ method }) => method === 'startExec').map(({ args }) => args[1])).toEqual([80, 80, 82].map((port) => ({ command: ['/tool', 'relay', '127.0.0.1', String(port), '2'], stdin: true })));
    const [first] = connections;
    first?.write('hello');
    expect(String((await once(first ?? one.engine as never, 'data'))[0])).toBe('hello');
    connections.forEach((connection) => connection.destroy());
  });

  test('a port that refuses is told in the words of a direct connection', async () => {
    const one = await scene('own', RELAY);
    await expect(one.reach.dial(one.place, '127.0.0.1', 81, options)).rejects.toThrow('dial tcp 127.0.0.1:81: connect: connection refused');
  });

  test('it goes when nobody has needed it for a minute, and gives its address back', async () => {
    const one = await scene('own', RELAY);
    (await one.reach.dial(one.place, '127.0.0.1', 80, options)).destroy();
    one.clock.advance(50_000);
    (await one.reach.dial(one.place, '127.0.0.1', 80, options)).destroy();
    one.clock.advance(50_000);
    await new Promise(setImmediate);
    expect([one.engine.countOf('removeContainer'), one.claimed.size]).toEqual([0, 1]);
    one.clock.advance(10_000);
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    expect([one.engine.countOf('removeContainer'), one.claimed.size]).toEqual([1, 0]);
  });

  test('it stays as long as a connection through it is open', async () => {
    const one = await scene('own', RELAY);
    const hook = await one.reach.dial(one.place, '127.0.0.1', 80, options);
    one.clock.advance(300_000);
    await new Promise(setImmediate);
    expect(one.engine.countOf('removeContainer')).toBe(0);
    hook.destroy();
    await once(hook, 'close');
    one.clock.advance(60_000);
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    expect(one.engine.countOf('removeContainer')).toBe(1);
  });

  test('one that was removed by somebody else is made again', async () => {
    const one = await scene('own', RELAY);
    (await one.reach.dial(one.place, '127.0.0.1', 80, options)).destroy();
    const [{ Id } = { Id: '' }] = await one.engine.listContainers(['io.kubernetes.docker.type=helper']);
    one.engine.removeByForce(Id);
    (await one.reach.dial(one.place, '127.0.0.1', 80, options)).destroy();
    expect(helpersOf(one)).toHaveLength(2);
  });
});

describe('by joining', () => {
  test('the network is joined once, and left when nobody has needed it for a minute', async () => {
    const one = await scene(undefined, AUTO, true);
    const { port, close } = await server();
    for (let time = 0; time < 3; time++) (await one.reach.dial(one.place, '127.0.0.1', port, options)).destroy();
    expect(one.engine.calls.filter(({ method }) => method === 'joinNetwork').map(({ args }) => [args[0], args[2]])).toEqual([['pods', { IPAMConfig: { IPv4Address: '127.0.0.254' } }]]);
    const left = one.engine.countOf('leaveNetwork');
    one.clock.advance(60_000);
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    expect([one.engine.countOf('leaveNetwork') - left, one.claimed.size]).toEqual([1, 0]);
    close();
  });
});

const ID = 'a'.repeat(64);
test.each<[name: string, mountinfo: string, expected: string | undefined]>([
  ['in a container', `700 690 8:1 /var/lib/docker/containers/${ID}/resolv.conf /etc/resolv.conf rw - ext4 /dev/sda1 rw\n`, ID],
  ['with another data root', `700 690 8:1 /docker/data/containers/${ID}/hostname /etc/hostname rw - ext4 /dev/sda1 rw\n`, ID],
  ['on the host itself', `36 35 98:0 / / rw - ext4 /dev/root rw\n37 36 0:5 / /proc rw - proc proc rw\n`, undefined],
  ['on a host that has containers', `700 690 0:52 / /var/lib/docker/containers/${ID}/mounts/shm rw - tmpfs shm rw\n`, undefined],
])("the plugin's own container: %s", (_name, mountinfo, expected) => {
  expect(containerIdIn(mountinfo)).toBe(expected);
});
