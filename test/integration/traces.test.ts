import { ensureBusybox } from '../support/busybox.js';
import { CertificateMaker } from '../support/certificates.js';
import { type ReceivedSpan, TestCollector } from '../support/collector.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/plugin-process.js';
import { untilTerm } from '../support/pod-scripts.js';
import { PluginScene } from '../support/plugin-scene.js';
import { podFile, shell, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER_SPAN = '00f067aa0ba902b7';
const SECRET = 'correct-horse-battery';

describeWithEngine('traces of a plugin', (engine) => {
  let port: number;
  let scene: PluginScene | undefined;
  const collectors: TestCollector[] = [];

  beforeAll(() => ensureBusybox(engine.endpoint));
  beforeEach(async () => {
    port = await freePort();
  });
  afterEach(async () => {
    await scene?.close();
    collectors.splice(0).forEach((collector) => collector.stop());
  });

  async function collect(...args: Parameters<typeof TestCollector.start>): Promise<TestCollector> {
    const collector = await TestCollector.start(...args);
    collectors.push(collector);
    return collector;
  }

  const open = async (env: Readonly<Record<string, string>> = {}): Promise<PluginScene> => {
    scene = await PluginScene.open(engine, { env: { ENABLE_TRACING: '1', TELEMETRY_ENDPOINT: `127.0.0.1:${port}`, ...env } });
    return scene;
  };

  /** With secrets everywhere where a pod can have them. */
  const secretPod = () =>
    podFile({ containers: [shell('main', `echo ${SECRET}; ${untilTerm(0)}`, { env: [{ name: 'PASSWORD', value: SECRET }], volumeMounts: [{ name: 'keys', mountPath: '/keys' }] })], volumes: [{ name: 'keys', secret: { secretName: 'keys' } }] }, { secrets: [{ metadata: { name: 'keys', namespace: 'default' }, data: { key: Buffer.from(SECRET).toString('base64') } }] });

  async function createTraced(at: PluginScene, flags = '01'): Promise<TestPod> {
    const pod = at.newPod(secretPod());
    const headers = { traceparent: `00-${TRACE_ID}-${CALLER_SPAN}-${flags}`, 'InterLink-Http-Session': 'the session' };
    expect((await at.plugin.call('POST', '/create', pod.body, { headers })).status).toBe(200);
    return pod;
  }

  const untilSpan = (collector: TestCollector, name: string): Promise<ReceivedSpan> => eventually(() => collector.spans.find((span) => span.name === name));

  test('a create is a part of its caller\'s trace, with the engine\'s calls in it, and what follows is linked to it', async () => {
    const collector = await collect(port);
    const at = await open({ TELEMETRY_UNIQUE_ID: 'site-7' });
    const pod = await createTraced(at);
    await pod.untilPhase('Running');
    const create = await untilSpan(collector, 'POST /create');
    expect(create).toMatchObject({ service: 'InterLink-Docker-site-7', traceId: TRACE_ID, parentId: CALLER_SPAN, failure: '' });
    expect(create.attributes).toEqual({ 'http.request.method': 'POST', 'http.route': '/create', 'http.response.status_code': 200, 'interlink.session': 'the session', 'k8s.pod.uid': pod.uid, 'k8s.pod.name': 'test', 'k8s.namespace.name': 'default' });
    const inside = collector.spans.filter(({ parentId }) => parentId === create.spanId);
    expect(inside.map(({ name }) => name)).toEqual(expect.arrayContaining(['engine createContainer', 'engine putArchive', 'engine renameContainer']));
    expect(new Set(inside.map(({ traceId }) => traceId))).toEqual(new Set([TRACE_ID]));

    const start = await untilSpan(collector, 'engine startContainer');
    const sync = await eventually(() => collector.spans.find(({ name, traceId }) => name === 'pod sync' && traceId === start.traceId));
    expect(sync.links).toEqual([{ traceId: TRACE_ID, spanId: create.spanId }]);
    expect(collector.spans.find(({ spanId }) => spanId === start.parentId)).toMatchObject({ name: 'pod startContainer', parentId: sync.spanId, attributes: { 'k8s.container.name': 'main' } });
    expect(start.attributes['container.id']).toMatch(/^[0-9a-f]{64}$/);

    expect((await at.plugin.call('GET', '/getLogs', { ...pod.pod.metadata, PodUID: pod.uid, PodName: 'test', Namespace: 'default', ContainerName: 'main', Opts: {} })).text).toContain(SECRET);
    await pod.delete();
    const deletion = await untilSpan(collector, 'POST /delete');
    await eventually(() => collector.spans.some(({ name, links }) => name === 'pod sync' && links.some(({ spanId }) => spanId === deletion.spanId)));
    for (const text of [SECRET, Buffer.from(SECRET).toString('base64')]) expect(Buffer.concat(collector.payloads).includes(text)).toBe(false);
    expect(at.plugin.logLines).toContainEqual(expect.objectContaining({ podUid: pod.uid, reason: 'Started', traceId: sync.traceId }));
  });

  test('what the caller does not record is not recorded, and the last spans are sent on the way out', async () => {
    const collector = await collect(port);
    const at = await open();
    await createTraced(at, '00');
    expect((await at.plugin.call('GET', '/status', [])).status).toBe(200);
    expect(await at.plugin.stop()).toBe(0);
    const ofCalls = collector.spans.filter(({ name }) => name.includes('/'));
    expect(ofCalls.map(({ name, parentId }) => [name, parentId])).toEqual([['GET /status', '']]);
    expect(collector.spans.filter(({ traceId }) => traceId === TRACE_ID)).toEqual([]);
  });

  test('a collector that is not there costs one warning, and gets what comes once it is', async () => {
    const at = await open();
    const warnings = (): number => at.plugin.logLines.filter(({ message }) => String(message).startsWith('the collector does not take traces')).length;
    await createTraced(at);
    await eventually(() => warnings() > 0);
    const collector = await collect(port);
    await eventually(async () => {
      await at.plugin.call('GET', '/status', []);
      return collector.spans.some(({ name }) => name === 'GET /status');
    }, { deadlineMs: 60_000, intervalMs: 500 });
    expect(warnings()).toBe(1);
    expect((await at.plugin.call('GET', '/readyz')).status).toBe(200);
  });

  test('over TLS both sides prove themselves', async () => {
    const certificates = new CertificateMaker();
    try {
      const [authority, stranger] = [certificates.authority('telemetry'), certificates.authority('stranger')];
      const [own, client, wrong] = [certificates.signed('collector', authority, 'serverAuth'), certificates.signed('plugin', authority, 'clientAuth'), certificates.signed('wrong', stranger, 'clientAuth')];
      const collector = await collect(port, { own, callers: authority });
      const env = (proof: { certFile: string; keyFile: string }) => ({ TELEMETRY_CA_CRT_FILEPATH: authority.certFile, TELEMETRY_CLIENT_CRT_FILEPATH: proof.certFile, TELEMETRY_CLIENT_KEY_FILEPATH: proof.keyFile });
      const refused = await open(env(wrong));
      await refused.plugin.call('GET', '/status', []);
      await eventually(() => refused.plugin.stderr.includes('the collector does not take traces'));
      expect(collector.spans).toEqual([]);
      await refused.close();
      const taken = await open(env(client));
      await taken.plugin.call('GET', '/status', []);
      await untilSpan(collector, 'GET /status');
    } finally {
      certificates.remove();
    }
  });
});
