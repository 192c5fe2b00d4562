import { monitorEventLoopDelay } from 'node:perf_hooks';
import { makeStamp, toCreateBody } from '../../src/caller/index.js';
import { DockerProvider } from '../../src/docker/index.js';
import { openJournal } from '../../src/docker/journal/index.js';
import { DEFAULT_POLICY, DEFAULT_RESOURCE_POLICY } from '../../src/docker/node/index.js';
import { connectEngine } from '../../src/engine/index.js';
import type { Probe } from '../../src/kube/index.js';
import { silentLogger } from '../../src/log.js';
import { parseCreateBody } from '../../src/wire/index.js';
import { eventually } from '../support/eventually.js';
import { findEngine } from '../support/engine-under-test.js';

const SERVE = 'mkdir /www; echo ok > /www/ok; httpd -p 8080 -h /www; exec sleep 1000000';
const HANDLERS: readonly Probe[] = [{ exec: { command: ['true'] } }, { httpGet: { path: '/ok', port: 8080 } }, { tcpSocket: { port: 8080 } }];
const MS = 1e6;

/** Run by `probes.ts` in a process of its own: so many pods, each probed every second, and how long the event loop lets others wait. */
const [node = '', podsText = '', secondsText = ''] = process.argv.slice(2);
const [count, seconds] = [Number(podsText), Number(secondsText)];
const under = findEngine();
if (under === undefined) throw new Error('no Docker Engine answers');
const engine = connectEngine('socketPath' in under.endpoint ? { kind: 'socket', path: under.endpoint.socketPath } : { kind: 'tcp', ...under.endpoint });
const provider = new DockerProvider({
  engine,
  node,
  network: { podCidr: '10.213.0.0/16', subnetBits: 22 },
  sandboxImage: 'interlink-docker/sandbox:2',
  policy: { ...DEFAULT_POLICY, resources: { ...DEFAULT_RESOURCE_POLICY, pods: count } },
  journal: await openJournal(undefined, silentLogger),
  logger: silentLogger,
});
await provider.start();
const context = { session: 'bench', signal: new AbortController().signal };
const requests = Array.from({ length: count }, (_, index) => {
  const probe: Probe = { ...HANDLERS[index % HANDLERS.length], periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 10 };
  const container = { name: 'main', image: 'busybox:1.36', command: ['sh', '-c', SERVE], livenessProbe: probe, readinessProbe: probe };
  const pod = { metadata: { name: `probed-${index}`, namespace: 'bench' }, spec: { automountServiceAccountToken: false, terminationGracePeriodSeconds: 0, containers: [container] } };
  return parseCreateBody(toCreateBody({ pod, configMaps: [], secrets: [] }, makeStamp(new Date()))).pods;
}).flat();
for (const request of requests) await provider.create(request, context);
const pods = requests.map(({ pod }) => pod);
await eventually(async () => (await provider.status(pods, context)).every((status) => status.containers[0]?.ready), { deadlineMs: 600_000, intervalMs: 500 });

const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
delay.disable();
const restarts = (await provider.status(pods, context)).reduce((sum, { containers }) => sum + (containers[0]?.restartCount ?? 0), 0);
await provider.stop();
process.send?.({ p50Ms: delay.percentile(50) / MS, p99Ms: delay.percentile(99) / MS, maxMs: delay.max / MS, restarts });
process.disconnect();
