import { runConformance } from '../../src/conformance/index.js';
import { DEFAULT_POD_SECURITY } from '../../src/docker/node/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { TestNode } from '../support/test-node.js';

jest.setTimeout(300_000);

describeWithEngine('the conformance kit on a Docker Engine', (engine) => {
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine);
  });
  afterAll(() => node.remove());

  test('P112: the Docker plugin keeps every rule, and skips none', async () => {
    // Until it knows what its engine has, it offers nothing.
    await eventually(() => node.provider.missing().length === 0);
    const { results } = await runConformance({ url: node.url });
    expect(results.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  });

  test('one that takes pods by the restricted standard only is tried with such pods', async () => {
    const restricted = await TestNode.start(engine, { policy: { podSecurity: { ...DEFAULT_POD_SECURITY, level: 'restricted' } } });
    try {
      const { results, leftBehind } = await runConformance({ url: restricted.url, only: ['create-200', 'body-nulls', 'init-done', 'log-whole', 'delete-running'] });
      expect([results.filter(({ outcome }) => outcome !== 'passed'), leftBehind]).toEqual([[], []]);
    } finally {
      await restricted.remove();
    }
  });
});
