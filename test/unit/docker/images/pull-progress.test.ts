import { PullProgress } from '../../../../src/docker/images/pull-progress.js';
import type { PullLine } from '../../../../src/engine/index.js';

const after = (...lines: PullLine[]): PullProgress => {
  const progress = new PullProgress();
  lines.forEach((line) => progress.note(line));
  return progress;
};
const layer = (id: string, status: string, current?: number, total?: number): PullLine => ({ id, status, ...(current !== undefined && { current }), ...(total !== undefined && { total }) });

test.each<[text: string, lines: PullLine[]]>([
  ['the registry is asked', []],
  ['the registry is asked', [{ id: '1.36', status: 'Pulling from library/busybox' }, { status: 'Digest: sha256:0a' }]],
  ['1 of 2 layers, 0.0 MB downloaded', [layer('a', 'Already exists'), layer('b', 'Pulling fs layer')]],
  ['0 of 2 layers, 4.5 MB downloaded', [layer('a', 'Downloading', 1e6, 9e6), layer('b', 'Downloading', 3e6, 9e6), layer('a', 'Downloading', 1.5e6, 9e6)]],
  ['0 of 1 layers, 9.0 MB downloaded', [layer('a', 'Downloading', 1e6, 9e6), layer('a', 'Download complete'), layer('a', 'Extracting', 5, 9e6)]],
  ['1 of 1 layers, 1.0 MB downloaded', [layer('a', 'Downloading', 1e6, 1e6), layer('a', 'Pull complete')]],
  ['0 of 1 layers, 1.0 MB downloaded, retrying in 5 seconds', [layer('a', 'Downloading', 1e6, 9e6), layer('a', 'Retrying in 5 seconds')]],
])('%s', (text, lines) => {
  expect(after(...lines).text).toBe(text);
});

test.each<[isQueued: boolean, why: string, lines: PullLine[]]>([
  [false, 'nothing is known yet', []],
  [true, 'all of it waits', [layer('a', 'Waiting'), layer('b', 'Waiting')]],
  [true, 'what does not wait is done', [layer('a', 'Already exists'), layer('b', 'Download complete'), layer('c', 'Waiting')]],
  [false, 'a layer is being asked for', [layer('a', 'Pulling fs layer'), layer('b', 'Waiting')]],
  [false, 'a layer comes', [layer('a', 'Downloading', 1, 2), layer('b', 'Waiting')]],
  [false, 'a layer is unpacked', [layer('a', 'Extracting', 1, 2), layer('b', 'Waiting')]],
  [false, 'all is done', [layer('a', 'Pull complete')]],
])('it waits for the engine: %s, when %s', (isQueued, _why, lines) => {
  expect(after(...lines).isQueued).toBe(isQueued);
});
