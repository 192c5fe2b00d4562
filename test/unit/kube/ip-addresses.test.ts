import { isIP } from 'node:net';
import { toIpAddress } from '../../../src/kube/index.js';

test.each([
  '1.2.3.4', '0.0.0.0', '255.255.255.255', '256.1.1.1', '01.2.3.4', '1.2.3', '1.2.3.4.5', '1.2.3.4 ', '::', '::1', '2001:db8::1', 'fe80::1%eth0', '::ffff:1.2.3.4', ':::', '1::2::3', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8:9', 'abcd', 'host', '',
])('%p is an address where Node says so', (text) => {
  expect(toIpAddress(text) !== undefined).toBe(isIP(text) !== 0 && !text.includes('%'));
});

test('one address has one form', () => {
  expect(['2001:DB8:0::1', '2001:db8::0:1', '0:0:0:0:0:0:0:0', '10.0.0.1', 5].map(toIpAddress)).toEqual(['2001:db8::1', '2001:db8::1', '::', '10.0.0.1', undefined]);
});
