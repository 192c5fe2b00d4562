/** The check that most polls pass by says the same of a body as the validator behind it, which tells what is wrong with the others. */
import express, { type Application } from 'express';
import request from 'supertest';
import { HttpMeter } from '../../../src/api/http-meter.js';
import { compileListCheck } from '../../../src/api/quick-check.js';
import { answerFailure } from '../../../src/api/failures.js';
import { recordCalls } from '../../../src/api/call.js';
import { createApp } from '../../../src/api/index.js';
import { validateRequests } from '../../../src/api/validation.js';
import { silentLogger } from '../../../src/log.js';
import { readApiTypes } from '../../support/api-fields.js';
import { Random } from '../../support/random.js';
import { RandomPods } from '../../support/random-pod.js';
import { minimalPod } from '../wire/bodies.js';
import { RecordingProvider } from './recording-provider.js';

jest.setTimeout(60_000);

const PODS_PER_SEED = 20;
const isValid = compileListCheck('Pod');
const types = readApiTypes();

const validatorAlone: Application = express()
  .use(recordCalls(silentLogger, new HttpMeter()), express.json(), ...validateRequests(['/status']))
  .post('/status', (_request, response) => void response.sendStatus(200))
  .use(answerFailure);

const validatorTakes = async (body: object): Promise<boolean> => (await request(validatorAlone).post('/status').send(body)).status === 200;

test.each([0, 0.01, 0.2].flatMap((wrongness) => [1, 2].map((seed) => [seed, wrongness] as const)))('of random pods: seed %d, wrong with a chance of %d', async (seed, wrongness) => {
  const pods = new RandomPods(types, new Random(seed), wrongness);
  for (let count = 0; count < PODS_PER_SEED; count++) {
    const body = [pods.next()];
    expect([isValid(body), JSON.stringify(body)]).toEqual([await validatorTakes(body), JSON.stringify(body)]);
  }
});

test.each<[name: string, body: object, taken: boolean]>([
  ['a list of pods', [minimalPod(), minimalPod()], true],
  ['a ping', [], true],
  ["Go's nulls", [{ ...(minimalPod() as object), status: null }], true],
  ['an object', {}, false],
  ['a list with a null', [null], false],
  ['a pod without metadata', [{ spec: {} }], false],
])('of %s', async (_name, body, taken) => {
  expect([isValid(body), await validatorTakes(body)]).toEqual([taken, taken]);
});

test('leaves a body as it came', () => {
  const body = [{ ...(minimalPod() as object), more: { of: [null, 1] } }];
  const before = structuredClone(body);
  isValid(body);
  expect(body).toEqual(before);
});

test('a wrong body, and a parameter that there is none of, are answered as ever', async () => {
  const app = createApp(new RecordingProvider(), { log: silentLogger });
  const wrong = await request(app).post('/status').send([{ ...(minimalPod() as object), spec: { containers: [] } }]);
  expect([wrong.status, wrong.text]).toEqual([400, '[0].spec.containers must NOT have fewer than 1 items']);
  const asked = await request(app).post('/status?dry=1').send([]);
  expect([asked.status, asked.text]).toEqual([400, expect.stringContaining("Unknown query parameter 'dry'")]);
});
