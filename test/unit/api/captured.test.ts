import express, { type ErrorRequestHandler } from 'express';
import * as OpenApiValidator from 'express-openapi-validator';
import request from 'supertest';
import { createApp } from '../../../src/api/index.js';
import { silentLogger } from '../../../src/log.js';
import { PLUGIN_API_DOCUMENT } from '../../../src/wire/index.js';
import { captures, type Capture } from '../wire/captured.js';
import { RecordingProvider } from './recording-provider.js';

const CAPTURES = captures().map((capture) => [capture.name, capture] as const);
const STREAMED = { delete: true, getLogs: true, create: false, status: false } as const;
const METHODS = { create: ['post'], delete: ['post'], status: ['get', 'post'], getLogs: ['get', 'post'] } as const;

/** Answers as the recording server did, with the validator watching both directions. */
const replay = { shown: undefined as Capture | undefined };
const replayApp = express().use(express.json());
replayApp.use(OpenApiValidator.middleware({ apiSpec: structuredClone(PLUGIN_API_DOCUMENT), validateApiSpec: true, validateRequests: true, validateResponses: true }));
replayApp.use((_request, answer) => {
  if (replay.shown === undefined) throw new Error('nothing to show');
  const { call, response } = replay.shown;
  if (STREAMED[call]) answer.type('text/plain').send(response);
  else answer.json(response);
});
replayApp.use(((error: { status?: number; message: string }, _request, answer, next) => {
  void next;
  answer.status(error.status ?? 500).send(error.message);
}) satisfies ErrorRequestHandler);

const provider = new RecordingProvider();
const app = createApp(provider, { log: silentLogger });
beforeEach(() => provider.reset());

test.each(CAPTURES)('the document describes %s, request and answer', async (_name, capture) => {
  replay.shown = capture;
  for (const method of METHODS[capture.call]) {
    const answer = await request(replayApp)[method](`/${capture.call}`).send(capture.request as object);
    expect([answer.status, STREAMED[capture.call] ? answer.text : (answer.body as unknown)]).toEqual([200, capture.response]);
  }
});

test.each<[name: string, change: (answer: Record<string, unknown>) => void]>([
  ['a missing list of containers', (answer) => delete answer['containers']],
  ['nil instead of a list', (answer) => (answer['initContainers'] = null)],
  ['an unfinished container status', (answer) => (answer['containers'] = [{ name: 'main' }])],
])('the document does not describe a status answer with %s', async (_name, change) => {
  const [capture] = captures('status-multi-running');
  if (capture === undefined) throw new Error('no capture');
  change((capture.response as Record<string, unknown>[])[0] ?? {});
  replay.shown = capture;
  const answer = await request(replayApp).get('/status').send(capture.request as object);
  expect(answer.status).toBe(500);
});

test.each(CAPTURES)('%s reaches the provider', async (_name, { name, call, request: body }) => {
  for (const method of METHODS[call]) {
    const answer = await request(app)[method](`/${call}`).set('InterLink-Http-Session', `${name}#1`).send(body as object);
    expect([answer.text, answer.status]).toEqual([expect.any(String), 200]);
  }
  expect(provider.contexts.every(({ session }) => session === `${name}#1`)).toBe(true);
  expect(factsOf(provider)).toEqual(expectedFacts(call, body, METHODS[call].length));
});

/** What is told apart by UID and UID alone: which pods came by which call. */
function factsOf({ created, deleted, asked, logRequests }: RecordingProvider): unknown {
  return {
    create: created.map(({ pod }) => pod.metadata.uid),
    delete: deleted.map(({ metadata }) => metadata.uid),
    status: asked.map((pods) => pods.map(({ metadata }) => metadata.uid)),
    getLogs: logRequests.map(({ podUid }) => podUid),
  };
}

interface CapturedPod {
  readonly metadata: { readonly uid: string };
}

function expectedFacts(call: Capture['call'], body: unknown, times: number): unknown {
  const none = { create: [], delete: [], status: [], getLogs: [] };
  const uid = {
    create: () => (body as { pod: CapturedPod }).pod.metadata.uid,
    delete: () => (body as CapturedPod).metadata.uid,
    status: () => (body as CapturedPod[]).map(({ metadata }) => metadata.uid),
    getLogs: () => (body as { PodUID: string }).PodUID,
  }[call]();
  const isPing = Array.isArray(uid) && uid.length === 0;
  return isPing ? none : { ...none, [call]: Array.from({ length: times }, () => uid) };
}
