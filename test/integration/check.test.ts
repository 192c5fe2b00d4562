import { type CommandEnd, startCommand } from '../support/command.js';
import { docBlocks } from '../support/doc-commands.js';
import { runAsReader } from '../support/doc-shell.js';
import { describeWithEngine, objectsOfNode, uniqueNode } from '../support/engine-under-test.js';

jest.setTimeout(120_000);

const POD = (spec: string, container = ''): string => `
apiVersion: v1
kind: Pod
metadata: {name: demo}
spec:
  ${spec}
  automountServiceAccountToken: false
  containers:
    - name: main
      image: busybox
      ${container}
`;

const GOOD = POD('restartPolicy: Never', 'command: ["true"]');
const BAD = POD('hostPID: true\n  fancyNewField: 1', 'securityContext: {privileged: true}\n      resources: {requests: {cpu: "40000"}}');
const WRONG_TYPE = POD('restartPolicy: Never', 'tty: "yes"');
const CONFINED = POD('runtimeClassName: nobody-has-this', 'command: ["true"]');

function check(text: string, env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<CommandEnd> {
  return startCommand(['check', '-f', '-', ...args], text, env).end;
}

describeWithEngine('what would become of a pod', (engine) => {
  const node = uniqueNode('check');
  const env = { DOCKER_HOST: engine.dockerHost, NODENAME: node };
  afterAll(async () => expect(await objectsOfNode(node, engine.endpoint)).toEqual({ containers: [], volumes: [], networks: [] }));

  test('one that is accepted', async () => {
    const { exitCode, stdout, stderr } = await check(GOOD, env);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^default/demo would be accepted by the node ${node}\\nhonoured: \\d+ fields; read by no kubelet: \\d+ fields \\(--verbose lists them\\)\\n$`));
  });

  test('one that is refused, for all reasons at once', async () => {
    const { exitCode, stdout, stderr } = await check(BAD, env);
    expect([exitCode, stderr]).toEqual([1, '']);
    const [head, refused, ...lines] = stdout.split('\n');
    expect([head, refused]).toEqual([`default/demo would be refused by the node ${node}`, 'refused (3):']);
    expect(lines.slice(0, 5)).toEqual([
      expect.stringMatching(/^ {2}pod\.spec\.hostPID: over the level baseline/),
      expect.stringMatching(/^ {2}pod\.spec\.containers\[0\]\.securityContext\.privileged: over the level baseline/),
      expect.stringMatching(/^ {2}OutOfcpu: .+ requested: 40000000, used: 0, capacity: \d+$/),
      'accepted without effect (1):',
      '  pod.spec.fancyNewField: this plugin does not know the field; it has no effect',
    ]);
  });

  test('the same for a program', async () => {
    const { exitCode, stdout } = await check(BAD, env, '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ node, pod: 'default/demo', accepted: false, refused: [{ kind: 'Forbidden' }, { kind: 'Forbidden' }, { kind: 'OutOfResources' }], warned: [{ kind: 'warning' }], honoured: expect.arrayContaining(['pod.spec.containers[0].image']) as unknown, notChecked: [] });
  });

  test('what the API document refuses is refused here too', async () => {
    const { exitCode, stdout } = await check(WRONG_TYPE, env);
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^default\/demo would be refused by .+\nrefused \(1\):\n {2}pod\.spec\.containers\[0\]\.tty /)]);
  });

  test('the operator decides: what the configuration opens is accepted', async () => {
    const roomy = { ...env, PODSECURITY_LEVEL: 'privileged' };
    const { stdout } = await check(BAD, roomy);
    expect(stdout).toMatch(/^refused \(1\):\n {2}OutOfcpu: /m);
  });

  test('without an engine that is said, and the rest is told', async () => {
    const { exitCode, stdout } = await check(BAD, { ...env, DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^refused \(2\):$/m);
    expect(stdout).toMatch(/^not checked:\n {2}the Docker Engine cannot be reached \(.+\): what it can do, and how much CPU and memory it has$/m);
    expect((await check(GOOD, { ...env, DOCKER_HOST: 'unix:///nowhere/docker.sock' })).exitCode).toBe(0);
  });

  test('what the engine does not have is refused where it can be asked', async () => {
    expect(await check(CONFINED, env)).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^ {2}pod\.spec\.runtimeClassName: /m) as unknown });
  });

  test('a file that cannot be used, without what a terminal would obey', async () => {
    expect(await check('kind: "\\e[2J"\n', env)).toEqual({ exitCode: 1, stdout: '', stderr: expect.stringMatching(/^interlink-docker: Document 1: kind "\\u001b\[2J" cannot be used here/) as unknown });
    expect(await check('', env)).toMatchObject({ exitCode: 1, stderr: 'interlink-docker: There is no Pod in the file\n' });
  });

  test('the commands of the documentation', async () => {
    for (const block of docBlocks('docs/operations.md', 'test/integration/check.test.ts')) {
      const { exitCode, stdout, stderr } = await runAsReader(block, env);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^default\/init-config-secret would be accepted by [^]+^default\/\S+ would be accepted by [^]+^honoured \(\d+\):\n {2}pod\.spec\./m);
    }
  });
});
