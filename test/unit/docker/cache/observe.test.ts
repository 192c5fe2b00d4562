import { toObservation } from '../../../../src/docker/cache/observe.js';
import type { ContainerDetails } from '../../../../src/engine/index.js';

function errorOf(Error: string): string | undefined {
  const details: ContainerDetails = {
    Id: 'c1', Name: '/k8s_main_p_ns_u-1_0', Created: '2026-01-01T00:00:00Z', Image: 'i', Mounts: [], NetworkSettings: { Networks: {} },
    State: { Status: 'created', ExitCode: 128, Error, OOMKilled: false, StartedAt: '0001-01-01T00:00:00Z', FinishedAt: '0001-01-01T00:00:00Z' },
    Config: { Image: 'i', Env: [], Tty: false, Labels: { 'io.kubernetes.pod.uid': 'u-1', 'io.kubernetes.container.name': 'main' } },
  };
  return toObservation(details, undefined)?.container.error;
}

// The engine's own words: 20.10, and those of later ones.
test.each([
  'driver failed programming external connectivity on endpoint x (0123): Bind for 0.0.0.0:8080 failed: port is already allocated',
  'driver failed programming external connectivity on endpoint x (0123): Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use',
  'failed to set up container networking: driver failed programming external connectivity on endpoint x (0123): failed to bind host port for 0.0.0.0:8080: address already in use',
  'Address already in use',
])('P58: a start for which somebody else has the place is no end: %s', (text) => {
  expect(errorOf(text)).toBe('');
});

test.each(['OCI runtime create failed: exec: "nosuch": not found', 'exec: "./x": Address already in use: unknown', ''])('any other failed start is: %s', (text) => {
  expect(errorOf(text)).toBe(text);
});
