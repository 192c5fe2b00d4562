/** Quantities: what is read is what an independent reading in big fractions gives, and anything else is an `InvalidQuantity`. */
import fc from 'fast-check';
import { InvalidQuantity, parseMilliQuantity, parseQuantity } from '../../src/kube/index.js';
import { catches, fuzz } from './fuzz.js';
import { throwsOnly } from './throws-only.js';

const LARGEST = 2n ** 63n - 1n;
const FACTORS: ReadonlyMap<string, readonly [bigint, bigint]> = new Map<string, readonly [bigint, bigint]>([
  ['', [1n, 1n]], ['n', [1n, 10n ** 9n]], ['u', [1n, 10n ** 6n]], ['m', [1n, 1000n]],
  ...['k', 'M', 'G', 'T', 'P', 'E'].map((suffix, index) => [suffix, [10n ** BigInt(3 * (index + 1)), 1n]] as const),
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, index) => [suffix, [2n ** BigInt(10 * (index + 1)), 1n]] as const),
]);

/** The grammar read sign by sign; `undefined`: not a quantity, `'large'`: one that this plugin may refuse for its size. */
function reference(text: string, scale: bigint): number | 'large' | undefined {
  let at = 0;
  const negative = text[0] === '-';
  if (text[0] === '-' || text[0] === '+') at = 1;
  const digits = (): string => {
    const from = at;
    while (at < text.length && '0123456789'.includes(text.charAt(at))) at++;
    return text.slice(from, at);
  };
  const whole = digits();
  let fraction = '';
  if (text[at] === '.') {
    at++;
    fraction = digits();
  }
  if (whole === '' && fraction === '') return undefined;
  const factor = factorOf(text.slice(at));
  if (factor === undefined) return undefined;
  if (factor === 'large' || text.length > 64) return 'large';
  const top = BigInt(whole + fraction) * factor[0] * scale;
  const bottom = factor[1] * 10n ** BigInt(fraction.length);
  const size = top / bottom + (top % bottom === 0n ? 0n : 1n);
  if (size > LARGEST) return 'large';
  return size === 0n ? 0 : Number(negative ? -size : size);
}

function factorOf(suffix: string): readonly [bigint, bigint] | 'large' | undefined {
  const known = FACTORS.get(suffix);
  if (known !== undefined) return known;
  const first = suffix.charAt(0);
  if (first !== 'e' && first !== 'E') return undefined;
  const isNegative = suffix[1] === '-';
  const digits = suffix.slice(isNegative || suffix[1] === '+' ? 2 : 1);
  if (digits === '' || [...digits].some((digit) => !'0123456789'.includes(digit))) return undefined;
  if (BigInt(digits) > 40n) return 'large';
  const power = 10n ** BigInt(digits);
  return isNegative ? [1n, power] : [power, 1n];
}

function agrees(parse: (text: string) => number, scale: bigint): (text: string) => void {
  return (text) => {
    const read = throwsOnly([InvalidQuantity], () => parse(text));
    const expected = reference(text, scale);
    if (expected === 'large') return;
    if (!Object.is(read, expected)) throw new Error(`${JSON.stringify(text)} is ${String(expected)}, not ${String(read)}`);
  };
}

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 24 });
const input = fc.oneof(
  fc.tuple(fc.constantFrom('', '+', '-'), digits, fc.oneof(fc.constant(''), digits.map((text) => `.${text}`)), fc.constantFrom(...FACTORS.keys(), 'e3', 'E3', 'e-3', 'e+9', 'E41', 'e', 'ki', 'K', 'mi')).map((parts) => parts.join('')),
  fc.string({ unit: fc.constantFrom(...'0123456789+-.eEnumkKMGTPi '), maxLength: 80 }),
  fc.string({ unit: 'binary' }),
);

const whole = { name: 'quantities', input, runs: 2000, check: agrees(parseQuantity, 1n), outcome: 'as big fractions give it, or InvalidQuantity', nasty: ['9'.repeat(1e6), `1e${'9'.repeat(1e6)}`] };
fuzz(whole);
fuzz({ ...whole, name: 'quantities in thousandths', check: agrees(parseMilliQuantity, 1000n) });
catches(whole, 'counting in floating point', agrees((text) => {
  const { number, suffix = '' } = /^(?<number>[+-]?[\d.]+)(?<suffix>.*)$/.exec(text)?.groups ?? {};
  const factor = FACTORS.get(suffix);
  if (number === undefined || factor === undefined) throw new InvalidQuantity(text);
  return Math.ceil((Number(number) * Number(factor[0])) / Number(factor[1]));
}, 1n));
catches(whole, 'an error of another kind', agrees((text) => {
  try {
    return parseQuantity(text);
  } catch {
    throw new TypeError('no quantity');
  }
}, 1n));
