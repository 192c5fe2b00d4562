import express from 'express';
import { createServer } from 'node:http';
import { createApp, startServer } from '../../src/api/index.js';
import { makeStamp, toCreateBody, toStatusPod, FIRST_VIEW } from '../../src/caller/index.js';
import { DockerProvider } from '../../src/docker/index.js';
import { openJournal } from '../../src/docker/journal/index.js';
import { silentLogger } from '../../src/log.js';
import { parseCreateBody, toStatusAnswer } from '../../src/wire/index.js';
import { FakeEngine } from '../fakes/fake-engine.js';
import { DEFAULT_POLICY, DEFAULT_RESOURCE_POLICY } from '../../src/docker/node/index.js';
import { eventually } from '../support/eventually.js';

const PODS = 500;

/** Run by `status.ts` in a process of its own: a plugin that knows 500 pods, on an engine in memory, and an express route that does nothing. */
const [directory = '.'] = process.argv.slice(2);
const engine = new FakeEngine({ images: ['busybox:1.36'] });
const provider = new DockerProvider({
  engine,
  node: 'bench',
  network: { podCidr: '10.213.0.0/16', subnetBits: 22 },
  sandboxImage: 'interlink-docker/sandbox:2',
  policy: { ...DEFAULT_POLICY, resources: { ...DEFAULT_RESOURCE_POLICY, pods: PODS } },
  journal: await openJournal(undefined, silentLogger),
  logger: silentLogger,
});
await provider.start();
const context = { session: 'bench', signal: new AbortController().signal };
const bodies = Array.from({ length: PODS }, (_, index) =>
  toCreateBody(
    {
      pod: { metadata: { name: `pod-${index}`, namespace: 'bench' }, spec: { containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '1000'] }] } },
      configMaps: [],
      secrets: [],
    },
    makeStamp(new Date()),
  ),
);
const requests = bodies.flatMap((body) => parseCreateBody(body).pods);
await Promise.all(requests.map((request) => provider.create(request, context)));
const pods = requests.map(({ pod }) => pod);
await eventually(async () => (await provider.status(pods, context)).every((status) => status.containers[0]?.state?.running !== undefined), { deadlineMs: 60_000 });

const answer = toStatusAnswer(await provider.status(pods.slice(0, 1), context));
const empty = express().disable('x-powered-by').disable('etag');
empty.use(express.json({ limit: '16mb' }));
empty.get('/status', (_request, response) => void response.json(answer));
createServer(empty).listen(`${directory}/empty.sock`);
await startServer({ app: createApp(provider, { log: silentLogger }), socketPath: `${directory}/plugin.sock` });
const calls = engine.calls.length;
process.on('message', () => process.send?.({ calls: engine.calls.length - calls }));
process.send?.({ body: JSON.stringify(bodies.slice(0, 1).map(({ pod }) => toStatusPod(pod, pod.metadata.uid, FIRST_VIEW))) });
