const IPV4 = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;
const IPV6_LETTERS = /^[0-9A-Fa-f:.]{2,45}$/;

/** An address in the one form that equals itself; `undefined`: it is none, of neither family. */
export function toIpAddress(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  if (IPV4.test(text)) return text;
  return IPV6_LETTERS.test(text) && text.includes(':') ? URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1) : undefined;
}
