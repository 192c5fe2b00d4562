import { readPodFile } from '../../../src/caller/index.js';
import { applyOverrides, NO_OVERRIDES, toOverrideMap } from '../../../src/cli/index.js';
import type { Overrides } from '../../../src/cli/index.js';

const FILE = readPodFile(`
kind: Pod
metadata: {name: p}
spec:
  initContainers: [{name: first, image: i, command: [echo, one]}]
  containers:
    - {name: main, image: busybox, command: [sh, -c], args: [a, b]}
    - {name: bare, image: busybox}
`);

function apply(overrides: Partial<Overrides>) {
  const { initContainers = [], containers } = applyOverrides(FILE, { ...NO_OVERRIDES, ...overrides }).pod.spec;
  return Object.fromEntries([...initContainers, ...containers].map(({ name, ...rest }) => [name, rest]));
}

test('nothing asked for changes nothing', () => {
  expect(applyOverrides(FILE, NO_OVERRIDES)).toEqual(FILE);
});

test('replaces the last argument, or the last word of a command without arguments', () => {
  const changed = apply({ lastArgs: new Map([['main', 'sleep 3 && echo done'], ['first', 'two']]) });
  expect(changed['main']).toEqual({ image: 'busybox', command: ['sh', '-c'], args: ['a', 'sleep 3 && echo done'] });
  expect(changed['first']).toEqual({ image: 'i', command: ['echo', 'two'] });
});

test('replaces images by container, and the pull policy of all', () => {
  const changed = apply({ images: new Map([['bare', 'other:1']]), imagePullPolicy: 'Never' });
  expect(changed['bare']).toEqual({ image: 'other:1', imagePullPolicy: 'Never' });
  expect(changed['first']).toMatchObject({ image: 'i', imagePullPolicy: 'Never' });
});

test.each<[name: string, overrides: Partial<Overrides>, message: RegExp]>([
  ['an unknown container', { images: new Map([['mian', 'x']]) }, /no container mian: it has first, main, bare/],
  ['a container without arguments', { lastArgs: new Map([['bare', 'x']]) }, /bare has no argument to replace/],
])('refuses %s', (_name, overrides, message) => {
  expect(() => apply(overrides)).toThrow(message);
});

test('reads container=text, with more equal signs in the text', () => {
  expect(toOverrideMap('--arg', ['main=a=b\nc', 'x='])).toEqual(new Map([['main', 'a=b\nc'], ['x', '']]));
  expect(() => toOverrideMap('--arg', ['main'])).toThrow('--arg main: give <container>=<value>');
});
