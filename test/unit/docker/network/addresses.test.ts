import { chooseAddress, chooseSubnet, parseCidr } from '../../../../src/docker/network/index.js';

describe('chooseSubnet', () => {
  test.each<[name: string, taken: string[], expected: string | undefined]>([
    ['starts at the range', [], '10.213.0.0/22'],
    ['goes on behind its own', ['10.213.0.0/22'], '10.213.4.0/22'],
    ['steps over a smaller network inside', ['10.213.1.0/24'], '10.213.4.0/22'],
    ['steps over a larger network around', ['10.213.0.0/17'], '10.213.128.0/22'],
    ['does not mind others elsewhere', ['172.17.0.0/16', '10.212.255.0/24'], '10.213.0.0/22'],
    ['gives up when all is taken', ['10.0.0.0/8'], undefined],
  ])('%s', (_name, taken, expected) => {
    expect(chooseSubnet('10.213.0.0/16', 22, taken)).toBe(expected);
  });
});

describe('chooseAddress', () => {
  const take = (...ips: string[]) => (ip: string) => ips.includes(ip);

  test.each<[name: string, isTaken: (ip: string) => boolean, last: string | undefined, expected: string | undefined]>([
    ['begins behind network and gateway', take(), undefined, '10.0.0.2'],
    ['goes on behind the last', take('10.0.0.2'), '10.0.0.2', '10.0.0.3'],
    ['does not reuse at once what was given back', take(), '10.0.0.4', '10.0.0.5'],
    ['comes round', take(), '10.0.0.6', '10.0.0.2'],
    ['skips what is taken', take('10.0.0.2', '10.0.0.3'), undefined, '10.0.0.4'],
    ['tells a full subnet', () => true, undefined, undefined],
  ])('%s', (_name, isTaken, last, expected) => {
    expect(chooseAddress('10.0.0.0/29', isTaken, last)).toBe(expected);
  });

  test('hands out every usable address once, and no other', () => {
    const taken = new Set<string>();
    for (let ip = chooseAddress('10.0.0.8/29', (a) => taken.has(a)); ip; ip = chooseAddress('10.0.0.8/29', (a) => taken.has(a), ip)) taken.add(ip);
    expect([...taken]).toEqual(['10.0.0.10', '10.0.0.11', '10.0.0.12', '10.0.0.13', '10.0.0.14']);
  });
});

test.each(['10.0.0.0', '10.0.0/8', '10.0.0.256/24', '10.0.0.0/33', 'fd00::/8', ''])('parseCidr refuses %p', (cidr) => {
  expect(() => parseCidr(cidr)).toThrow(RangeError);
});
