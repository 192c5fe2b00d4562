/** Bodies that nobody would send, some of their values of another type than the API's: each is taken or refused, none is a failure. */
import request from 'supertest';
import { createApp } from '../../../src/api/index.js';
import { admit } from '../../../src/docker/admission/index.js';
import { resolveEnvironment } from '../../../src/docker/environment/index.js';
import { silentLogger } from '../../../src/log.js';
import { type CreatedPod, type CreateRequest, Provider } from '../../../src/provider/index.js';
import { readApiTypes } from '../../support/api-fields.js';
import { Random } from '../../support/random.js';
import { RandomPods } from '../../support/random-pod.js';
import { NODE } from '../docker/this-node.js';

// A busy machine takes its time for sixty bodies.
jest.setTimeout(60_000);

const PODS_PER_SEED = 60;
const PLACE = { node: 'node', podIP: '10.213.0.2', hostIP: '10.213.0.1', size: new Map<string, number>() };

/** Looks at a pod as the Docker backend does, and runs nothing. */
class Looking extends Provider {
  override async create({ pod, delivered }: CreateRequest): Promise<CreatedPod> {
    admit(pod, NODE);
    resolveEnvironment(pod, delivered, PLACE, { skipDownwardAPIResolution: true });
    return { uid: pod.metadata.uid, jobId: pod.metadata.uid };
  }
}

const app = createApp(new Looking(), { log: silentLogger });
const types = readApiTypes();

test.each([0, 0.01, 0.2].flatMap((wrongness) => [1, 2, 3].map((seed) => [seed, wrongness] as const)))('seed %d, wrong with a chance of %d', async (seed, wrongness) => {
  const pods = new RandomPods(types, new Random(seed), wrongness);
  for (let count = 0; count < PODS_PER_SEED; count++) {
    const pod = pods.next();
    const { status, text } = await request(app).post('/create').send({ pod, container: [] });
    if (![200, 400, 403].includes(status)) throw new Error(`${status} ${text}: ${JSON.stringify(pod)}`);
  }
});
