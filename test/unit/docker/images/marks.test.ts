import { MARK_REPOSITORY, markTag, sortNames } from '../../../../src/docker/images/marks.js';

const ID = `sha256:${'1'.repeat(64)}`;
const DIGEST = `sha256:${'d'.repeat(64)}`;
const mark = (reference: string, node = 'node', id = ID): string => `${MARK_REPOSITORY}:${markTag(node, id, reference)}`;
const sorted = (RepoTags: readonly string[], RepoDigests: readonly string[] = [], node = 'node') => sortNames(node, { Id: ID, RepoTags, RepoDigests });

test.each(['node', 'n.with.dots', '-begins badly', 'ü', 'x'.repeat(253)])('P80: a mark of node %j is a tag that engines take, and is known again', (node) => {
  const tag = markTag(node, ID, 'r.io/team/app:1');
  expect(tag).toMatch(/^\w[\w.-]{0,127}$/);
  expect(sorted([`${MARK_REPOSITORY}:${tag}`, 'r.io/team/app:1'], [], node)).toEqual({ marks: [tag], ours: ['r.io/team/app:1'], others: [] });
});

test.each<[name: string, tags: readonly string[], digests: readonly string[], ours: readonly string[], others: readonly string[]]>([
  ['the name pulled by, and its digest', [mark('app:1'), 'app:1'], [`app@${DIGEST}`], ['app:1', `app@${DIGEST}`], []],
  ['the name pulled by, written otherwise', [mark('docker.io/library/app'), 'app:latest'], [], ['app:latest'], []],
  ['a digest whose tag has moved on', [mark('app:1')], [`app@${DIGEST}`], [`app@${DIGEST}`], []],
  ['what was pulled by digest', [mark(`app@${DIGEST}`)], [`app@${DIGEST}`], [`app@${DIGEST}`], []],
  ['two names pulled by', [mark('app:1'), mark('b:2'), 'app:1', 'b:2'], [], ['app:1', 'b:2'], []],
  ['another tag in that repository', [mark('app:1'), 'app:1', 'app:mine'], [], ['app:1'], ['app:mine']],
  ['a digest in another repository', [mark('app:1'), 'app:1'], [`b@${DIGEST}`], ['app:1'], [`b@${DIGEST}`]],
  ['another node\'s mark', [mark('app:1'), mark('app:1', 'other'), 'app:1'], [], ['app:1'], [mark('app:1', 'other')]],
  ['the mark of a node whose name begins alike', [mark('app:1'), mark('app:1', 'node.more'), 'app:1'], [], ['app:1'], [mark('app:1', 'node.more')]],
  ['a mark that was made for another image', [mark('app:1', 'node', 'sha256:2'), 'app:1'], [], [], ['app:1']],
  ['a name of this repository that is no mark', [mark('app:1'), `${MARK_REPOSITORY}:node`], [], [], [`${MARK_REPOSITORY}:node`]],
  ['a name that nobody can pull by', [mark('app:1'), 'app:1', 'UPPER:1'], [], ['app:1'], ['UPPER:1']],
  ['what engines of today add for the mark', [mark('app:1'), 'app:1'], [`${MARK_REPOSITORY}@${DIGEST}`], ['app:1'], []],
])('P80: %s', (_name, tags, digests, ours, others) => {
  expect(sorted(tags, digests)).toMatchObject({ ours, others });
});

test('P80: an image without a mark is nobody\'s to remove', () => {
  expect(sorted(['app:1'], [`app@${DIGEST}`])).toEqual({ marks: [], ours: [], others: ['app:1', `app@${DIGEST}`] });
});
