/** Configuration files: settings of the types they say, or a `ConfigError` of sentences that each name something. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { type Config, ConfigError, loadConfig } from '../../src/config/index.js';
import { KNOWN_KEYS } from '../../src/config/keys.js';
import { catches, fuzz } from './fuzz.js';
import { throwsOnly } from './throws-only.js';

const directory = mkdtempSync(join(tmpdir(), 'config-fuzz-'));
afterAll(() => rmSync(directory, { recursive: true }));
const FILE = join(directory, 'plugin.yaml');
const FALLBACK = loadConfig({ env: { HOME: directory } });

interface Input {
  /** A file's text, or what is made into one. */
  readonly file: unknown;
  readonly env: Readonly<Record<string, string>>;
}

type Load = (env: Readonly<Record<string, string>>) => Config;

function holds(load: Load): (input: Input) => void {
  return ({ file, env }) => {
    writeFileSync(FILE, typeof file === 'string' ? file : stringify(file));
    let problems: readonly string[] = [];
    const config = throwsOnly([ConfigError], () => {
      try {
        return load({ ...env, HOME: directory });
      } catch (error) {
        if (error instanceof ConfigError) problems = error.problems;
        throw error;
      }
    });
    if (config === undefined && (problems.length === 0 || problems.some((problem) => problem.trim() === ''))) throw new Error('refused without a word');
    if (config !== undefined) isOfItsTypes(config, FALLBACK, 'config');
    if (({} as Record<string, unknown>)['polluted'] !== undefined) throw new Error('every object has a new member');
  };
}

/** Flags are true or false, numbers finite, whatever was written. */
function isOfItsTypes(value: unknown, fallback: unknown, path: string): void {
  if (typeof fallback === 'boolean' || typeof fallback === 'number' || typeof fallback === 'string') {
    if (typeof value !== typeof fallback || (typeof value === 'number' && !Number.isFinite(value))) throw new Error(`${path} is ${typeof value} ${String(value)}`);
  } else if (typeof fallback === 'object' && fallback !== null && !Array.isArray(fallback) && typeof value === 'object' && value !== null) {
    // Of another kind, it has other members.
    if ('kind' in fallback && 'kind' in value && fallback.kind !== value.kind) return;
    for (const [key, inner] of Object.entries(fallback)) isOfItsTypes((value as Record<string, unknown>)[key], inner, `${path}.${key}`);
  }
  if (typeof value === 'function' || typeof value === 'symbol') throw new Error(`${path} is a ${typeof value}`);
}

const odd = fc.oneof(
  fc.constantFrom<unknown>('constructor', '__proto__', 'toString', 'hasOwnProperty', 'true', 'yes', '1', '', '0', '-1', '1e9', '0660', '10Gi', '5m', 'unix:///x', '/x', 'http://127.0.0.1', '10.0.0.0/8', 0, -1, 1.5, 4000, true, false, null, 1e300, NaN, [], {}, ['a'], [null], [{}], { a: null }, 'x'.repeat(5000), 'a\0b', 'ü'),
  fc.jsonValue(),
);
const key = fc.oneof(fc.constantFrom(...KNOWN_KEYS.map(({ name }) => name)), fc.constantFrom('__proto__', 'constructor', 'nonsense', 'Images', 'PodSecurity', 'Resources', 'Volumes', 'Network'));

/** A mapping with values at dotted names. */
function nested(pairs: readonly (readonly [string, unknown])[]): unknown {
  const root: Record<string, unknown> = {};
  for (const [name, value] of pairs) {
    const [first = '', second] = name.split('.');
    const inner = Object.hasOwn(root, first) && typeof root[first] === 'object' && root[first] !== null ? (root[first]) : {};
    Object.defineProperty(root, first, { value: second === undefined ? value : { ...inner, [second]: value }, enumerable: true, configurable: true, writable: true });
  }
  return root;
}

const input: fc.Arbitrary<Input> = fc.record({
  file: fc.oneof(fc.array(fc.tuple(key, odd), { maxLength: 4 }).map(nested), fc.string({ unit: 'binary' }), fc.json(), odd),
  env: fc.array(fc.tuple(fc.constantFrom(...KNOWN_KEYS.map(({ variable }) => variable), 'DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_CERT_PATH'), fc.oneof(odd.map((value) => JSON.stringify(value) ?? ''), fc.string())), { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs) as Record<string, string>),
});

const target = {
  name: 'configuration files',
  input,
  runs: 300,
  check: holds((env) => loadConfig({ file: FILE, env })),
  outcome: 'settings of their types, or a ConfigError',
  nasty: [{ file: '['.repeat(50_000), env: {} }, { file: `a: &a [x]\n${Array.from({ length: 30 }, (_, index) => `b${index}: &b${index} [*${index === 0 ? 'a' : `b${index - 1}`}, *${index === 0 ? 'a' : `b${index - 1}`}]`).join('\n')}`, env: {} }],
};
fuzz<Input>(target);
catches<Input>(target, 'a reader that lets other errors out', holds((env) => {
  const config = loadConfig({ file: FILE, env });
  if (Object.keys(env).length > 1) throw new TypeError('not a ConfigError');
  return config;
}));
catches<Input>(target, 'a flag that is no flag', holds((env) => ({ ...loadConfig({ file: FILE, env }), VerboseLogging: Object as unknown as boolean })));
