import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeStamp, readPodFile, toCreateBody } from '../../../src/caller/index.js';
import { applyOverrides, NO_OVERRIDES } from '../../../src/cli/index.js';

const EXAMPLES = join(process.cwd(), 'examples');
const read = (name: string): string => readFileSync(join(EXAMPLES, name), 'utf8');

test.each(readdirSync(EXAMPLES).filter((name) => name.endsWith('.yaml')))('examples/%s holds all that its pod uses', (name) => {
  const { container } = toCreateBody(readPodFile(read(name)), makeStamp(new Date(0)));
  expect(container.length).toBeGreaterThan(0);
});

test('the quick-start waits for 100 s, unless told otherwise', () => {
  const file = readPodFile(read('interlink-quickstart.yaml'));
  expect(file.pod.spec.containers[0]?.args).toEqual(['sleep 100 && echo FINISHED!']);
  const shorter = applyOverrides(file, { ...NO_OVERRIDES, lastArgs: new Map([['main', 'sleep 3 && echo FINISHED!']]) });
  expect(shorter.pod.spec.containers[0]?.args).toEqual(['sleep 3 && echo FINISHED!']);
});

test('the plugin example stays short', () => {
  expect(read('process-plugin.ts').trimEnd().split('\n').length).toBeLessThan(60);
});
