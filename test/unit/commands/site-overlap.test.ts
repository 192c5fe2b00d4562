import type { Config } from '../../../src/config/index.js';
import { warnOfSiteOverlap } from '../../../src/commands/site-overlap.js';
import { silentLogger } from '../../../src/log.js';

function warningsOf(podCidr: string, docker: Config['docker']): unknown[] {
  const said: unknown[] = [];
  const logger = { ...silentLogger, warn: (message: string, fields?: object) => void said.push([message, fields]) } as typeof silentLogger;
  warnOfSiteOverlap({ docker, Network: { PodCIDR: podCidr } } as Config, logger);
  return said;
}

test('P57: a range of pods that this host is in is told of, with the setting and the interface', () => {
  const here = { kind: 'socket', path: '/var/run/docker.sock' } as const;
  expect(warningsOf('127.0.0.0/8', here)).toContainEqual([expect.stringContaining('Network.PodCIDR'), { podCidr: '127.0.0.0/8', interface: 'lo', network: '127.0.0.1/8' }]);
  expect(warningsOf('198.18.0.0/16', here)).toEqual([]);
  expect(warningsOf('127.0.0.0/8', { kind: 'tcp', host: 'elsewhere', port: 2375 })).toEqual([]);
});
