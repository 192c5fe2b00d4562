import { EngineError } from '../../src/engine/index.js';

/** An IPv4 range; both ends belong to it. */
interface Range {
  readonly first: number;
  readonly last: number;
}

export function doOverlap(one: string, other: string): boolean {
  const [a, b] = [toRange(one), toRange(other)];
  return a.first <= b.last && b.first <= a.last;
}

/**
 * Whether a container may have this address, as the engine's address manager answers.
 * @throws EngineError `Forbidden` for what is taken, the range's own addresses and the gateway's, `BadRequest` outside the range
 */
export function checkAddress(subnet: string, address: string, taken: ReadonlySet<string>): void {
  const { first, last } = toRange(subnet);
  const number = toNumber(address);
  if (number < first || number > last) throw new EngineError('BadRequest', `invalid address ${address}: it does not belong to ${subnet}`);
  if (number <= first + 1 || number === last || taken.has(address)) throw new EngineError('Forbidden', 'Address already in use');
}

/** The lowest address that is neither the network's, nor the gateway's, nor taken. */
export function freeAddress(subnet: string, taken: ReadonlySet<string>): string {
  const { first, last } = toRange(subnet);
  for (let number = first + 2; number < last; number++) if (!taken.has(toText(number))) return toText(number);
  throw new EngineError('Forbidden', 'no available IPv4 addresses on this network');
}

function toRange(subnet: string): Range {
  const [address = '', bits = '32'] = subnet.split('/');
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(toNumber(address) / size) * size;
  return { first, last: first + size - 1 };
}

function toNumber(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

function toText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
