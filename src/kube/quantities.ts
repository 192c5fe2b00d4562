/** Kubernetes counts in 64 bits, as the engine does. */
const LARGEST_SIZE = 2n ** 63n - 1n;
/** No quantity that means anything is longer; digits are counted in big integers. */
const LONGEST_TEXT = 64;

/** Text that is not a Kubernetes quantity. The caller adds the name of the field. */
export class InvalidQuantity extends Error {
  override readonly name = 'InvalidQuantity';

  constructor(text: unknown) {
    super(`${JSON.stringify(typeof text === 'string' ? text.slice(0, LONGEST_TEXT) : text)} is not a quantity (a number with an optional suffix: n u m k M G T P E, Ki Mi Gi Ti Pi Ei, or an exponent as in 1e3)`);
  }
}

const FORM = /^([+-]?)(\d*)(?:\.(\d*))?([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;
const DECIMAL_POWER = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 } as const;
const BINARY_SUFFIXES = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
/** An API server caps quantities far below; it only keeps a hostile exponent from filling the memory. */
const LARGEST_POWER = 40;

/**
 * A quantity in whole base units (bytes, cores, pieces), rounded up as the kubelet does.
 * @throws InvalidQuantity
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function parseQuantity(text: string | number): number {
  return scaled(text, 0);
}

/**
 * A quantity in thousandths of its base unit (millicores for cpu), rounded up.
 * @throws InvalidQuantity
 */
export function parseMilliQuantity(text: string | number): number {
  return scaled(text, 3);
}

/** The quantity times ten to `power`; exact up to the final rounding because all of it is done in integers. */
function scaled(text: string | number, power: number): number {
  const [, sign, whole = '', fraction = '', suffix = ''] = FORM.exec(String(text)) ?? [];
  if (whole + fraction === '' || String(text).length > LONGEST_TEXT) throw new InvalidQuantity(text);
  const exponent = power + decimalPower(suffix, text) - fraction.length;
  const digits = BigInt(whole + fraction) * binaryFactor(suffix);
  const size = exponent >= 0 ? digits * 10n ** BigInt(exponent) : dividedUp(digits, 10n ** BigInt(-exponent));
  if (size > LARGEST_SIZE) throw new InvalidQuantity(text);
  return size === 0n ? 0 : Number(sign === '-' ? -size : size);
}

function decimalPower(suffix: string, text: string | number): number {
  if (suffix in DECIMAL_POWER) return DECIMAL_POWER[suffix as keyof typeof DECIMAL_POWER];
  const exponent = /^[eE]./.test(suffix) && !suffix.endsWith('i') ? Number(suffix.slice(1)) : 0;
  if (Math.abs(exponent) > LARGEST_POWER) throw new InvalidQuantity(text);
  return exponent;
}

function binaryFactor(suffix: string): bigint {
  return 1024n ** BigInt(BINARY_SUFFIXES.indexOf(suffix) + 1);
}

/** Away from zero: a fraction of a unit asks for the whole one. */
function dividedUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
