import { runConformance } from '../../src/conformance/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { TestNode } from '../support/test-node.js';

jest.setTimeout(300_000);

describeWithEngine('the conformance kit on a Docker Engine', (engine) => {
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine);
  });
  afterAll(() => node.remove());

  test('P112: the Docker plugin keeps every rule, and skips none', async () => {
    const { results } = await runConformance({ url: node.url });
    expect(results.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  });
});
