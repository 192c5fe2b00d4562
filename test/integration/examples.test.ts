import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { makeStamp, PluginCaller, toCreateBody } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { type CommandEnd, startCommand } from '../support/command.js';
import { describeWithEngine, objectsOf, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { freePort, PluginProcess } from '../support/plugin-process.js';
import { podFile, TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

interface Example {
  readonly args?: readonly string[];
  /** Lines that its logs hold, in this order for each container. */
  readonly logs: readonly string[];
  /** States that are told, in this order. */
  readonly states: readonly RegExp[];
}

const POD_EXAMPLES: Readonly<Record<string, Example>> = {
  'interlink-quickstart.yaml': {
    args: ['--arg', 'main=sleep 1 && echo FINISHED!', '--image-pull-policy', 'IfNotPresent'],
    logs: ['FINISHED!'],
    states: [/^Running: main running$/, /^Succeeded: main ended with exit code 0$/],
  },
  'multi-container.yaml': {
    logs: ['[server] served', '[reader] hello from a neighbour'],
    states: [/^Succeeded: server ended with exit code 0, reader ended with exit code 0$/],
  },
  'init-config-secret.yaml': {
    logs: ['[prepare] prepared', '[main] HELLO,', '[main] THIS CAME FROM A CONFIGMAP.', '[main] the password has 13 letters'],
    states: [/^Succeeded: prepare ended with exit code 0, main ended with exit code 0$/],
  },
};

/** One shell container that runs what is said. */
const YAML = (script: string, more = ''): string => `
apiVersion: v1
kind: Pod
metadata: {name: told}
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 1
  ${more}
  containers:
    - {name: main, image: "busybox:1.36", command: ["sh", "-c", ${JSON.stringify(script)}]}
`;

test('every example has a test', () => {
  // What is in deploy/ has test/unit/deploy and the tests called deploy-* here; the dashboard has metrics.test.ts.
  expect(readdirSync('examples').sort()).toEqual([...Object.keys(POD_EXAMPLES), 'deploy', 'grafana-dashboard.json', 'process-plugin.ts'].sort());
});

describeWithEngine('examples/', (engine) => {
  const node = uniqueNode('examples');
  let plugin: PluginProcess;
  beforeAll(async () => {
    await ensureBusybox(engine.endpoint);
    plugin = await PluginProcess.start({ dockerHost: engine.dockerHost, node });
  });
  afterAll(async () => {
    await plugin.remove();
    await purgeNode(node, engine.endpoint);
  });

  const start = (args: readonly string[], input?: string) => startCommand(['submit', '--url', plugin.url, ...args], input);
  const uidIn = (stderr: string): string => /UID ([0-9a-f-]{36})/.exec(stderr)?.[1] ?? 'no UID';
  const leftoversOf = async ({ stderr }: Pick<CommandEnd, 'stderr'>): Promise<number> => {
    const { containers, volumes } = await objectsOf(`io.kubernetes.pod.uid=${uidIn(stderr)}`, engine.endpoint);
    return containers.length + volumes.length;
  };

  describe.each(Object.entries(POD_EXAMPLES))('%s', (name, { args = [], logs, states }) => {
    test.each([{ more: [] }, { more: ['--follow'] }])('runs: submit $more', async ({ more }) => {
      const run = await start(['-f', `examples/${name}`, ...args, ...more]).end;
      const told = run.stderr.split('\n');
      expect([run.exitCode, told.filter((line) => /^(created: job|deleted$)/.test(line)).length]).toEqual([0, 2]);
      expect(states.map((state) => told.findIndex((line) => state.test(line)))).not.toContain(-1);
      for (const container of new Set(logs.map((line) => line.replace(/\].*/, '')))) {
        const wanted = logs.filter((line) => line.startsWith(container));
        expect(run.stdout.split('\n').filter((line) => wanted.includes(line))).toEqual(wanted);
      }
      expect(await leftoversOf(run)).toBe(0);
    });
  });

  test('--follow shows a line while the pod runs', async () => {
    const run = start(['-f', '-', '--follow'], YAML('echo begun; exec sleep 600'));
    const [line] = (await once(run.child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    expect(line.toString()).toBe('begun\n');
    expect(run.child.exitCode).toBeNull();
    run.child.kill('SIGINT');
    const end = await run.end;
    expect([end.exitCode, await leftoversOf(end)]).toEqual([130, 0]);
  });

  test('--keep leaves the pod where it is', async () => {
    const run = await start(['-f', '-', '--keep'], YAML('echo kept')).end;
    expect([run.exitCode, run.stdout]).toEqual([0, 'kept\n']);
    expect(run.stderr).toContain(`kept: pod ${uidIn(run.stderr)} stays`);
    expect(await leftoversOf(run)).toBeGreaterThan(0);
    const pod = { metadata: { name: 'told', namespace: 'default', uid: uidIn(run.stderr) }, spec: { containers: [{ name: 'main', image: 'busybox:1.36' }] } };
    await new PluginCaller(plugin.url).delete(pod);
    expect(await leftoversOf(run)).toBe(0);
  });

  test.each<[name: string, yaml: string, exitCode: number, words: string]>([
    ['that fails', YAML('echo oh no >&2; exit 3'), 3, 'Failed: main ended with exit code 3'],
    ['that is captured and fails', readFileSync('test/fixtures/wire/pods/failing.yaml', 'utf8'), 3, 'bad ended with exit code 3'],
    ['whose init container fails', YAML('true', 'initContainers: [{name: init, image: "busybox:1.36", command: [sh, -c, exit 5]}]'), 5, 'init ended with exit code 5'],
    ['whose command is not there', YAML('true').replace('"sh"', '"/no/such"'), 127, 'exit code 127'],
    ['that is refused', YAML('true', 'hostNetwork: true'), 125, 'pod.spec.hostNetwork'],
    ['that is no pod', 'kind: Pod', 125, 'metadata'],
  ])('the exit code is the pod\'s: one %s', async (_name, yaml, exitCode, words) => {
    const run = await start(['-f', '-'], yaml).end;
    expect([run.exitCode, run.stderr]).toEqual([exitCode, expect.stringContaining(words) as string]);
    expect(await leftoversOf(run)).toBe(0);
  });
});

describe('examples/process-plugin.ts', () => {
  let child: ChildProcess;
  let url: string;
  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    child = spawn(process.execPath, ['examples/process-plugin.ts', String(port)], { stdio: 'ignore' });
    await eventually(() => new PluginCaller(url).status([]));
  });
  afterAll(async () => {
    if (child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  });

  test('answers all four calls', async () => {
    const caller = new PluginCaller(url);
    const env = [{ name: 'GREETING', value: 'hello' }];
    const body = toCreateBody(podFile({ containers: [{ name: 'main', image: 'none', command: ['sh', '-c', 'echo $GREETING; sleep 0.5; echo end; exit 3'], env }, { name: 'other', image: 'none', command: ['sleep', '600'] }] }), makeStamp(new Date()));
    const pod = new TestPod(caller, body, (await caller.create(body)).PodJID);
    await pod.untilPhase('Running');
    expect(await pod.log('main', { Follow: true })).toBe('hello\nend\n');
    expect((await pod.until(({ containers: [main] }) => main?.state?.terminated !== undefined)).containers.map(({ state }) => state?.terminated?.exitCode)).toEqual([3, undefined]);
    await pod.delete();
    expect(await caller.status([pod.pod])).toEqual([]);
  });

  test('runs what submit gives it, and refuses what it cannot', async () => {
    const submit = (yaml: string) => startCommand(['submit', '-f', '-', '--url', url], yaml).end;
    expect(await submit(YAML('echo here'))).toMatchObject({ exitCode: 0, stdout: 'here\n' });
    expect(await submit(YAML('true', 'initContainers: [{name: init, image: none}]'))).toMatchObject({ exitCode: 125, stderr: expect.stringContaining('container init: there are no images here') as string });
  });

  test('S4.13: has under 60 lines, and the conformance kit passes on it', async () => {
    expect(readFileSync('examples/process-plugin.ts', 'utf8').trimEnd().split('\n').length).toBeLessThan(60);
    const { exitCode, stdout } = await startCommand(['conformance', '--url', url]).end;
    expect([exitCode, stdout.split('\n').filter((line) => line.startsWith('failed'))]).toEqual([0, []]);
    expect(stdout).toMatch(/ passed, 0 failed \(0 of them a must\), 2 skipped: /);
  });

  test('outlives its last open file: what cannot be started then is told', async () => {
    const few = await freePort();
    const caller = new PluginCaller(`http://127.0.0.1:${few}`);
    const plugin = spawn('prlimit', ['--nofile=60', process.execPath, 'examples/process-plugin.ts', String(few)], { stdio: 'ignore' });
    const ended = once(plugin, 'exit');
    try {
      await eventually(() => caller.status([]));
      let words = '';
      for (let pods = 0; pods < 40 && words === ''; pods += 1) {
        const body = toCreateBody(podFile({ containers: [{ name: 'main', image: 'none', command: ['sleep', '600'] }] }), makeStamp(new Date()));
        const pod = new TestPod(caller, body, (await caller.create(body)).PodJID);
        const { containers: [main] } = await pod.until(({ containers }) => containers.some(({ state }) => state?.running ?? state?.terminated));
        words = main?.state?.terminated?.message ?? '';
      }
      expect(words).toMatch(/^StartError: .*EMFILE/);
    } finally {
      plugin.kill();
      await ended;
    }
    expect(plugin.exitCode).toBe(0);
  });

  test('ends its pods when it is told to go', async () => {
    const caller = new PluginCaller(url);
    const body = toCreateBody(podFile({ containers: [{ name: 'main', image: 'none', command: ['sh', '-c', 'echo $$$$; exec sleep 600'] }] }), makeStamp(new Date()));
    const pod = new TestPod(caller, body, (await caller.create(body)).PodJID);
    await pod.untilLogged('\n');
    const pid = Number(await pod.log());
    const ended = once(child, 'exit');
    child.kill();
    expect(await ended).toEqual([0, null]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
