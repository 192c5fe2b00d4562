import { LeftRuns } from '../../../../src/docker/sandbox/index.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';

const helper = (engine: FakeEngine, name: string, node = 'here'): Promise<string> =>
  engine.createContainer(`interlink_helper_${node}_${name}`, { Image: 'app', Labels: { 'interlink.eu/node': node, 'io.kubernetes.docker.type': 'helper' } });

let engine: FakeEngine;
let left: LeftRuns;
beforeEach(() => {
  engine = new FakeEngine({ images: ['app'] });
  left = new LeftRuns({ engine, node: 'here' });
});
const names = async (): Promise<readonly string[]> => (await engine.listContainers([])).flatMap(({ Names }) => Names).sort();

test('all helpers of this node go at the start, and nothing else', async () => {
  await engine.startContainer(await helper(engine, 'one'));
  await helper(engine, 'of-another', 'there');
  await engine.createContainer('no-helper', { Image: 'app', Labels: { 'interlink.eu/node': 'here' } });
  await engine.createContainer('of-an-image-with-such-labels', { Image: 'app', Labels: { 'interlink.eu/node': 'here', 'io.kubernetes.docker.type': 'helper' } });
  await left.removeAll();
  expect(await names()).toEqual(['/interlink_helper_there_of-another', '/no-helper', '/of-an-image-with-such-labels']);
});

test('a helper that comes later and is never started goes too; one that runs, or has only been made, stays', async () => {
  await helper(engine, 'late');
  const ours = await helper(engine, 'ours');
  await left.tidy();
  expect(await names()).toEqual(['/interlink_helper_here_late', '/interlink_helper_here_ours']);
  await engine.startContainer(ours);
  await helper(engine, 'new');
  await left.tidy();
  expect(await names()).toEqual(['/interlink_helper_here_new', '/interlink_helper_here_ours']);
});
