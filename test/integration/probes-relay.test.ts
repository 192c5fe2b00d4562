import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { shellPod, TestNode, type TestPod } from '../support/test-node.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(120_000);

const SERVE = 'mkdir /www; echo ok > /www/ok; httpd -p 8080 -h /www; while :; do sleep 0.1; done';
const EVERY_SECOND = { periodSeconds: 1, failureThreshold: 1 };

/** As where the engine is another machine's. */
describeWithEngine('probes of pods that cannot be reached from here', (engine) => {
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine, { reach: { way: 'relay', mayJoin: false } });
  });
  afterAll(() => node.remove());

  const eventsOf = (pod: TestPod): string => node.provider.podEvents(pod.uid).map(({ message }) => message).join('\n');
  const helpers = (): Promise<readonly unknown[]> => node.engine.listContainers([`interlink.eu/node=${node.name}`, 'io.kubernetes.docker.type=helper']);

  test('P66: they go through one helper on the network of the pods, by httpGet, tcpSocket and hooks; nothing of it is left', async () => {
    const lifecycle = { preStop: { httpGet: { path: '/bye', port: 8080 } } };
    const pods = await Promise.all([
      node.create(shellPod(SERVE, {}, { readinessProbe: { ...EVERY_SECOND, httpGet: { path: '/ok', port: 8080 } }, lifecycle })),
      node.create(shellPod(SERVE, {}, { readinessProbe: { ...EVERY_SECOND, tcpSocket: { port: 8080 } } })),
      node.create(shellPod(SERVE, {}, { readinessProbe: { ...EVERY_SECOND, httpGet: { path: '/none', port: 8080 } } })),
      node.create(shellPod(SERVE, {}, { readinessProbe: { ...EVERY_SECOND, tcpSocket: { port: 9999 } } })),
    ]);
    const [byHttp, byTcp, failing, refused] = pods;
    await untilHolds(() => expect(eventsOf(refused)).toContain(':9999: connect: connection refused'));
    for (const pod of [byHttp, byTcp]) await eventually(async () => (await pod.containerStatus('main')).ready);
    await untilHolds(() => expect(eventsOf(failing)).toContain('HTTP probe failed with statuscode: 404'));
    expect(await helpers()).toHaveLength(1);
    await Promise.all(pods.map((pod) => pod.delete()));
    expect(eventsOf(byHttp)).not.toContain('PreStopHook failed');
    await node.stop();
    expect(await helpers()).toEqual([]);
    node = await TestNode.start(engine, { node: node.name });
  });
});
