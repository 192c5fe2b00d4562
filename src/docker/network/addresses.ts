/** IPv4 arithmetic for our own address management. Pure. */

/** @throws RangeError when `cidr` is no IPv4 network in CIDR form. */
export function parseCidr(cidr: string): { readonly base: number; readonly bits: number } {
  const [address = '', bitsText = ''] = cidr.split('/');
  const octets = address.split('.').map(Number);
  const bits = Number(bitsText);
  const valid = octets.length === 4 && octets.every((octet) => Number.isInteger(octet) && octet >= 0 && octet <= 255);
  if (!valid || !/^\d+$/.test(bitsText) || bits > 32) throw new RangeError(`"${cidr}" is not an IPv4 network such as 10.213.0.0/16`);
  const number = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return { base: number - (number % 2 ** (32 - bits)), bits };
}

function toAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** Whether two ranges in CIDR form have an address in common. */
export function overlaps(left: string, right: string): boolean {
  const [a, b] = [parseCidr(left), parseCidr(right)];
  const size = 2 ** (32 - Math.min(a.bits, b.bits));
  return Math.floor(a.base / size) === Math.floor(b.base / size);
}

/** The address of the engine's host in a subnet: its first. */
export function gatewayOf(subnet: string): string {
  return toAddress(parseCidr(subnet).base + 1);
}

/** First subnet of `range`, `bits` wide, that overlaps none of `taken`; `undefined` when the range is used up. */
export function chooseSubnet(range: string, bits: number, taken: readonly string[]): string | undefined {
  const whole = parseCidr(range);
  const size = 2 ** (32 - bits);
  for (let base = whole.base; base < whole.base + 2 ** (32 - whole.bits); base += size) {
    const subnet = `${toAddress(base)}/${bits}`;
    if (!taken.some((other) => overlaps(subnet, other))) return subnet;
  }
  return undefined;
}

/** How many subnets of `range`, `bits` wide, there are, and how many of them overlap none of `taken`. */
export function countSubnets(range: string, bits: number, taken: readonly string[]): { readonly free: number; readonly all: number } {
  const whole = parseCidr(range);
  const all = 2 ** Math.max(bits - whole.bits, 0);
  const subnets = Array.from({ length: all }, (_, index) => `${toAddress(whole.base + index * 2 ** (32 - bits))}/${bits}`);
  return { free: subnets.filter((subnet) => !taken.some((other) => overlaps(subnet, other))).length, all };
}

/** The free address of `subnet` that is given to pods last. */
export function chooseLastAddress(subnet: string, isTaken: (ip: string) => boolean): string | undefined {
  const { base, bits } = parseCidr(subnet);
  for (let offset = 2 ** (32 - bits) - 2; offset >= 2; offset--) {
    const ip = toAddress(base + offset);
    if (!isTaken(ip)) return ip;
  }
  return undefined;
}

/**
 * Next free address of `subnet` after `last`, round about, so that an address just given back is the last to be used again.
 * The network's own address, its gateway (the first) and the last one are not given out.
 */
export function chooseAddress(subnet: string, isTaken: (ip: string) => boolean, last?: string): string | undefined {
  const { base, bits } = parseCidr(subnet);
  const usable = 2 ** (32 - bits) - 3;
  const start = last === undefined ? 0 : parseCidr(`${last}/32`).base - base - 1;
  for (let step = 0; step < usable; step++) {
    const ip = toAddress(base + 2 + ((start + step) % usable));
    if (!isTaken(ip)) return ip;
  }
  return undefined;
}
