import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { ensureBusybox } from '../support/busybox.js';
import { startCommand } from '../support/command.js';
import { describeWithEngine, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { PluginProcess } from '../support/plugin-process.js';

jest.setTimeout(120_000);

interface PodSpec {
  readonly tolerations: readonly { readonly key: string }[];
  readonly containers: readonly { readonly resources: { readonly requests: unknown } }[];
}

interface Workload {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template: { readonly metadata?: object; readonly spec: PodSpec } };
}

/** What the cluster makes of its template, as `submit` takes it. */
function podOf(file: string): { readonly metadata: object; readonly spec: PodSpec } {
  const { metadata, spec: { template } } = parse(readFileSync(`examples/deploy/hosts/${file}`, 'utf8')) as Workload;
  return { metadata: { ...template.metadata, name: `${metadata.name}-0` }, spec: template.spec };
}

describe.each(['job.yaml', 'deployment.yaml'])('examples/deploy/hosts/%s', (file) => {
  test('goes to virtual nodes, and counts', () => {
    const { spec } = podOf(file);
    expect(spec.tolerations.map(({ key }) => key)).toContain('virtual-node.interlink/no-schedule');
    expect(JSON.stringify(spec)).toMatch(/virtual-node\.interlink\/type.*virtual-kubelet/);
    expect(spec.containers.map(({ resources }) => resources.requests)).toEqual([{ cpu: expect.stringMatching(/m$/) as string, memory: expect.stringMatching(/Mi$/) as string }]);
  });
});

describeWithEngine('the pods of examples/deploy/hosts', (engine) => {
  const node = uniqueNode('hosts');
  let plugin: PluginProcess;
  beforeAll(async () => {
    await ensureBusybox(engine.endpoint);
    plugin = await PluginProcess.start({ dockerHost: engine.dockerHost, node });
  });
  afterAll(async () => {
    await plugin.remove();
    await purgeNode(node, engine.endpoint);
  });
  const submit = (file: string) => startCommand(['submit', '--url', plugin.url, '-f', '-'], stringify({ apiVersion: 'v1', kind: 'Pod', ...podOf(file) }));

  test('that of the job ends well', async () => {
    expect(await submit('job.yaml').end).toMatchObject({ exitCode: 0, stdout: 'one of twelve\n' });
  });

  test('that of the deployment serves until it is deleted', async () => {
    const run = submit('deployment.yaml');
    await eventually(() => run.stderr.includes('Running: main running'), { deadlineMs: 60_000 });
    run.child.kill('SIGINT');
    expect((await run.end).exitCode).toBe(130);
    // The warnings of fields that have no effect here would be told: there are none.
    expect(run.stderr).not.toMatch(/warning/i);
  });
});
