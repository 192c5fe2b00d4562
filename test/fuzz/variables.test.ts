/** `$(VAR)`: as a reading sign by sign gives it, in a time that grows with the text, and never more than a program can be given. */
import fc from 'fast-check';
import { resolveEnvironment } from '../../src/docker/environment/index.js';
import { ProviderError } from '../../src/errors.js';
import { expandVariables, type Pod, type Values } from '../../src/kube/index.js';
import { catches, fuzz } from './fuzz.js';
import { throwsOnly } from './throws-only.js';

const LONGEST = 131_071;
const PLACE = { node: 'node', podIP: '10.213.0.2', hostIP: '10.213.0.1', size: new Map<string, number>() };

interface Text {
  readonly text: string;
  readonly env: readonly (readonly [name: string, value: string])[];
}

/** As the Kubernetes documentation says it. */
function reference(text: string, env: Values): string {
  let out = '';
  for (let at = 0; at < text.length; at++) {
    const close = text[at] === '$' && text[at + 1] === '(' ? text.indexOf(')', at) : -1;
    if (text[at] === '$' && text[at + 1] === '$') {
      out += '$';
      at++;
    } else if (close > 0) {
      out += env.get(text.slice(at + 2, close)) ?? text.slice(at, close + 1);
      at = close;
    } else out += text.charAt(at);
  }
  return out;
}

function agrees(expand: typeof expandVariables): (input: Text) => void {
  return ({ text, env }) => {
    const values = new Map(env);
    const expanded = expand(text, values);
    if (text.length > LONGEST) return; // that it ends is what counts
    const expected = reference(text, values);
    const wanted = expected.length > LONGEST ? expanded.length > LONGEST : expanded === expected;
    if (!wanted) throw new Error(`${JSON.stringify(expanded.slice(0, 300))}, not ${JSON.stringify(expected.slice(0, 300))}`);
  };
}

const piece = fc.constantFrom('$', '$$', '(', ')', '$(', '$(A)', '$(B)', '$(__proto__)', '$$(A)', 'A', '\n', '\0', 'ü', '😀', '$&', "$'", '$`', '$1');
const words = fc.oneof(fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')), fc.string({ unit: 'binary' }));
const name = fc.oneof(fc.constantFrom('A', 'B', 'C', '__proto__', 'constructor', '', 'A)'), fc.string({ maxLength: 3 }));
const input = fc.record({ text: words, env: fc.array(fc.tuple(name, words), { maxLength: 5 }) });

const text = {
  name: 'variables',
  input,
  runs: 2000,
  check: agrees(expandVariables),
  outcome: 'as a reading sign by sign gives it, never longer than a program can be given',
  nasty: [
    { text: '$('.repeat(1e6), env: [] },
    { text: '$(A)'.repeat(1e6), env: [['A', 'x'.repeat(1e5)]] },
    { text: '$$('.repeat(1e6), env: [['A', 'x']] },
  ] satisfies Text[],
};
fuzz<Text>(text);
catches<Text>(text, 'values that are looked at again', agrees((whole, values) => {
  let expanded = whole;
  for (let round = 0; round < 3; round++) expanded = reference(expanded, values);
  return expanded;
}));
catches<Text>(text, 'a value that the replacing reads as a pattern', agrees((whole, values) => whole.replace(/\$\$|\$\(([^)]*)\)/g, (found, key: string | undefined) => (key === undefined ? '$' : 'x'.replace('x', values.get(key) ?? found)))));

interface Environment {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly args: readonly string[];
  readonly skip: boolean;
}

/** A whole container: refused by name, or with strings that a program can be given. */
function fits({ env, args, skip }: Environment): void {
  const pod = { metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec: { containers: [{ name: 'c', image: 'i', env, args }] } } as unknown as Pod;
  const resolved = throwsOnly([ProviderError], () => resolveEnvironment(pod, { configMaps: new Map(), binaryKeys: new Map(), secrets: new Map(), projected: new Map() }, PLACE, { skipDownwardAPIResolution: skip }));
  for (const { name: variable, value = '' } of resolved?.spec.containers[0]?.env ?? []) {
    if (Buffer.byteLength(`${variable}=${value}`) > LONGEST) throw new Error(`the variable ${variable.slice(0, 100)} is too long`);
  }
}

const doubling = (count: number): Environment['env'] => Array.from({ length: count }, (_, index) => ({ name: `A${index}`, value: index === 0 ? 'ha' : `$(A${index - 1})$(A${index - 1})` }));
const many = (count: number, value: string): Environment['env'] => Array.from({ length: count }, (_, index) => ({ name: `B${index}`, value }));
fuzz<Environment>({
  name: 'environments',
  input: fc.record({ env: fc.array(fc.record({ name, value: words }), { maxLength: 12 }), args: fc.array(words, { maxLength: 4 }), skip: fc.boolean() }),
  runs: 1000,
  check: fits,
  outcome: 'refused by name, or strings that a program can be given',
  nasty: [
    { env: doubling(100), args: ['$(A99)'], skip: true },
    { env: doubling(17), args: Array.from({ length: 100_000 }, () => 'x$(A15)'), skip: true },
    { env: doubling(17), args: Array.from({ length: 100_000 }, () => 'x$(A15)'), skip: false },
    { env: [...doubling(16), ...many(100_000, 'y$(A15)')], args: [], skip: true },
    { env: many(300_000, '$(B1)'), args: [], skip: true },
    { env: [], args: ['$('.repeat(2e6)], skip: false },
  ],
});
