import type { HostRange } from './facts.js';

/**
 * Routes of the host, from the kernel's table: a line each after the heading, addresses as hexadecimal numbers with the lowest byte
 * first. The default route, which leads everywhere, is none of them. Pure.
 * @see proc(5), /proc/net/route
 */
export function parseRoutes(table: string): readonly HostRange[] {
  return table.split('\n').slice(1).flatMap((line) => {
    const [name = '', destination = '', , , , , , mask = ''] = line.split('\t').map((field) => field.trim());
    if (!/^[0-9A-F]{8}$/i.test(destination) || !/^[0-9A-F]{8}$/i.test(mask) || mask === '00000000') return [];
    const bits = bytesOf(mask).reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    return [{ name, cidr: `${bytesOf(destination).join('.')}/${bits}` }];
  });
}

function bytesOf(hex: string): readonly number[] {
  return [6, 4, 2, 0].map((at) => parseInt(hex.slice(at, at + 2), 16));
}
