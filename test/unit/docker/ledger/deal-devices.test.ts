import { Ledger } from '../../../../src/docker/ledger/index.js';
import { silentLogger } from '../../../../src/log.js';
import type { Container, Pod } from '../../../../src/kube/index.js';
import { gpus, nodeWith } from './nodes.js';

const wanting = (name: string, count: number, more: Partial<Container> = {}): Container => ({ name, resources: { limits: { 'nvidia.com/gpu': String(count) } }, ...more });
const sidecar = (name: string, count: number): Container => wanting(name, count, { restartPolicy: 'Always' });

test.each<[name: string, init: Container[], mains: Container[], expected: Record<string, string>]>([
  ['each container has its own', [], [wanting('a', 1), wanting('b', 2)], { a: '0', b: '1 2' }],
  ['an init container has what the later ones will have', [wanting('i', 2)], [wanting('a', 1), wanting('b', 1)], { i: '0 1', a: '0', b: '1' }],
  ['an init container may have more', [wanting('i', 3)], [wanting('a', 1)], { i: '0 1 2', a: '0' }],
  ['a sidecar keeps its own', [sidecar('s', 1), wanting('i', 1), sidecar('t', 1)], [wanting('a', 1)], { s: '0', i: '1', t: '1', a: '2' }],
  ['who asks for none has none', [], [wanting('a', 0), wanting('b', 1)], { b: '0' }],
])('%s', (_name, initContainers, containers, expected) => {
  const pod: Pod = { metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec: { initContainers, containers } };
  const given = new Ledger(() => nodeWith({ extended: [gpus('0', '1', '2', '3')] }), silentLogger).claim(pod);
  const byContainer = Map.groupBy(given, ({ container }) => container);
  expect(Object.fromEntries([...byContainer].map(([name, devices]) => [name, devices.map(({ device }) => device.id).join(' ')]))).toEqual(expected);
});
