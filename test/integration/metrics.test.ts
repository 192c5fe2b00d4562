import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { docBlocks } from '../support/doc-commands.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { untilTerm } from '../support/pod-scripts.js';
import { PluginScene } from '../support/plugin-scene.js';
import { lintMetrics, parseScrape, type ScrapedMetric } from '../support/scrape.js';
import { podFile, shell, shellPod, type TestPod } from '../support/test-node.js';

jest.setTimeout(180_000);

/** As much of a dashboard as is looked at. */
interface Dashboard {
  readonly templating: { readonly list: readonly { readonly type: string }[] };
  readonly panels: readonly { readonly id: number; readonly type: string; readonly datasource?: { readonly uid: string }; readonly targets?: readonly { readonly expr: string }[] }[];
}

describeWithEngine('figures of a plugin', (engine) => {
  let proxy: FaultProxy;
  let scene: PluginScene;
  const pods: TestPod[] = [];

  beforeAll(async () => {
    proxy = await FaultProxy.start(engine.endpoint);
    scene = await PluginScene.open({ ...engine, dockerHost: proxy.dockerHost });
  });
  afterAll(async () => {
    await scene.close();
    await proxy.stop();
  });

  const scrape = async (): Promise<readonly ScrapedMetric[]> => parseScrape((await scene.plugin.call('GET', '/metrics')).text);

  /** The sum of the series that have these labels. */
  async function figure(name: string, labels: Readonly<Record<string, string>> = {}): Promise<number> {
    const series = (await scrape()).flatMap((metric) => metric.series).filter((one) => one.name === name);
    return series.filter((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value)).reduce((sum, { value }) => sum + value, 0);
  }

  const untilFigure = (name: string, labels: Readonly<Record<string, string>>, least = 1): Promise<true> => eventually(async () => (await figure(name, labels)) >= least, { deadlineMs: 60_000 });

  async function startPod(...args: Parameters<typeof shellPod>): Promise<TestPod> {
    const pod = await scene.create(shellPod(...args));
    pods.push(pod);
    return pod;
  }

  test('what happens to pods, requests and the engine is counted', async () => {
    const running = await startPod(untilTerm(0));
    await startPod('exit 3', { restartPolicy: 'OnFailure' });
    const none = await scene.create(podFile({ containers: [{ ...shell('main', 'true'), image: 'localhost:1/secret-name/none:latest', imagePullPolicy: 'Always' }] }));
    pods.push(none);
    await running.untilPhase('Running');
    await untilFigure('interlink_docker_container_restarts_total', {});
    await untilFigure('interlink_docker_image_pull_failures_total', { reason: 'refused' });
    await untilFigure('interlink_docker_pods', { phase: 'Running' });
    for (const [method, path] of [['GET', '/status/../x'], ['GET', '/odd/%20path'], ['PATCH', '/create'], ['PROPFIND', '/nowhere'], ['GET', '/STATUS?pod=odd'], ['GET', '/docs']] as const) await scene.plugin.call(method, path);
    expect(await figure('interlink_http_request_duration_seconds_count', { route: '/create', code: '2xx' })).toBe(3);
    expect(await figure('interlink_http_request_duration_seconds_count', { route: 'other', code: '4xx' })).toBe(3);
    expect(await figure('interlink_docker_engine_call_errors_total', { call: 'pullImage', error: 'Failed' })).toBeGreaterThanOrEqual(1);
    expect(await figure('interlink_docker_pod_syncs_failing')).toBe(0);
    expect(await figure('interlink_docker_engine_call_duration_seconds_count', { call: 'startContainer' })).toBeGreaterThanOrEqual(3);
    expect(await figure('interlink_docker_engine_info')).toBe(1);
    expect(await figure('interlink_docker_build_info')).toBe(1);
  });

  test('no label tells of a pod, a path or what somebody said, and every name is as Prometheus wants it', async () => {
    const metrics = await scrape();
    expect(lintMetrics(metrics)).toEqual([]);
    const values = new Set(metrics.flatMap(({ series }) => series.flatMap(({ labels }) => Object.values(labels))));
    const known = new Set(['/create', '/delete', '/status', '/getLogs', '/healthz', '/readyz', '/metrics', '/debug/pods', '/openapi.json', '/docs', 'other']);
    const paths = [...values].filter((value) => value.includes('/') && !known.has(value));
    expect(paths).toEqual([]);
    const words = [...pods.flatMap(({ uid, pod }) => [uid, pod.metadata.name]), 'secret-name', 'odd', 'PROPFIND', 'refused:', 'no such'];
    expect(words.filter((word) => [...values].some((value) => value.includes(word)))).toEqual([]);
    expect([...values].filter((value) => value.length > 40)).toEqual([]);
    expect(Math.max(...metrics.map(({ series }) => series.length))).toBeLessThan(800);
  });

  test('examples/grafana-dashboard.json is a dashboard, and asks for nothing that there is not', async () => {
    const dashboard = JSON.parse(readFileSync('examples/grafana-dashboard.json', 'utf8')) as Dashboard;
    expect(dashboard).toMatchObject({ title: 'interlink-docker', schemaVersion: expect.any(Number) as number, panels: expect.any(Array) as unknown });
    expect(dashboard.templating.list.find(({ type }) => type === 'datasource')).toMatchObject({ name: 'datasource', query: 'prometheus' });
    const panels = dashboard.panels.filter(({ type }) => type !== 'row');
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(panels.filter(({ datasource, targets = [] }) => datasource?.uid !== '${datasource}' || targets.length === 0)).toEqual([]);
    const known = new Map((await scrape()).flatMap(({ name, series }) => [[name, new Set(series.flatMap(({ labels }) => Object.keys(labels)))], ...series.map((one) => [one.name, new Set(Object.keys(one.labels))] as const)] as const));
    const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    const unknown = expressions.flatMap((expr) => (expr.match(/\b(?:interlink|process|nodejs)_[a-z0-9_]+/g) ?? ['no metric']).filter((name) => !known.has(name)));
    expect(unknown).toEqual([]);
    // Labels by which it sums; `instance` is Prometheus' own.
    const labelled = expressions.flatMap((expr) => {
      const [name = ''] = /\b(?:interlink|process|nodejs)_[a-z0-9_]+/.exec(expr) ?? [];
      return [...expr.matchAll(/ by \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(', ').map((label) => [name, label] as const));
    });
    expect(labelled.filter(([name, label]) => known.get(name)?.has(label) !== true)).toEqual([]);
  });

  test('the commands of docs/observability.md tell of a plugin', async () => {
    const { endpoint } = scene.plugin;
    if (!('socketPath' in endpoint)) throw new Error('the scene listens on a socket');
    const commands = docBlocks('docs/observability.md', 'test/integration/metrics.test.ts').join('\n').replaceAll('/run/interlink/plugin.sock', endpoint.socketPath);
    const { stdout } = await promisify(execFile)('sh', ['-ec', commands]);
    expect(stdout).toMatch(/^okok# HELP /);
  });

  test('the plugin is ready while it has its engine, and the process lives without it', async () => {
    const ready = async (): Promise<readonly [number, string]> => {
      const { status, text } = await scene.plugin.call('GET', '/readyz');
      return [status, text];
    };
    expect(await ready()).toEqual([200, 'ok']);
    await proxy.refuse();
    await eventually(async () => (await ready())[0] === 503);
    expect(await ready()).toEqual([503, 'the Docker Engine is away, or has not been reached yet']);
    expect((await scene.plugin.call('GET', '/healthz')).status).toBe(200);
    await proxy.resume();
    await eventually(async () => (await ready())[0] === 200);
    await untilFigure('interlink_docker_event_stream_reconnects_total', {});
  });
});
