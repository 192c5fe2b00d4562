import { connectEngine } from '../../src/engine/index.js';
import { FakeEngine } from '../fakes/fake-engine.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, purgeLabel } from '../support/engine-under-test.js';
import { toProgram } from './commands.js';
import { describeEngine } from './engine-suite.js';
import { answerOf } from './execs.js';

// Engines on busy machines take their time.
jest.setTimeout(60_000);

describeEngine('the engine in memory', async () => {
  const engine = new FakeEngine();
  engine.runs(toProgram);
  engine.answers(answerOf);
  return { engine, remove: () => Promise.resolve() };
});

describeWithEngine('a Docker Engine', ({ endpoint }) => {
  describeEngine('through dockerode', async () => ({
    engine: connectEngine('socketPath' in endpoint ? { kind: 'socket', path: endpoint.socketPath } : { kind: 'tcp', ...endpoint }),
    async remove(label, image) {
      await purgeLabel(label, endpoint);
      await call(endpoint, 'DELETE', `/images/${image}?force=1`);
    },
  }));
});
