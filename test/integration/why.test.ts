import { makeStamp, PluginCaller, type PodFile, toCreateBody } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { type CommandEnd, startCommand } from '../support/command.js';
import { docBlocks } from '../support/doc-commands.js';
import { runAsReader } from '../support/doc-shell.js';
import { describeWithEngine, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { untilHolds } from '../support/until-holds.js';
import { PluginProcess } from '../support/plugin-process.js';
import { PluginScene } from '../support/plugin-scene.js';
import { restUntilTerm } from '../support/pod-scripts.js';
import { podFile, shell, type TestPod } from '../support/test-node.js';

// Engines on busy machines take their time.
jest.setTimeout(120_000);

const SECRET = 'hush-hush-hush';
const runs = restUntilTerm(0);
const named = (name: string, ...[spec, more]: Parameters<typeof podFile>): PodFile => podFile(spec, { ...more, name });
const seconds = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ';

describeWithEngine('what an operator is told of pods, by the commands', (engine) => {
  let scene: PluginScene;
  const said: CommandEnd[] = [];

  beforeAll(async () => {
    scene = await PluginScene.open(engine);
  });
  afterAll(() => scene.close());

  /** Where the operator of this plugin types commands: with its configuration. */
  function env(): Readonly<Record<string, string>> {
    const { endpoint } = scene.plugin;
    return { DOCKER_HOST: engine.dockerHost, NODENAME: scene.node, SOCKET: 'socketPath' in endpoint ? endpoint.socketPath : '' };
  }

  async function command(...args: readonly string[]): Promise<CommandEnd> {
    const end = await startCommand(args, '', env()).end;
    said.push(end);
    return end;
  }

  async function untilSaid(pod: string, line: RegExp): Promise<CommandEnd> {
    let end: CommandEnd | undefined;
    await untilHolds(async () => {
      end = await command('why', pod);
      expect(end).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(line) as unknown, stderr: '' });
    });
    return end as CommandEnd;
  }

  const create = (file: PodFile): Promise<TestPod> => scene.create(file);

  test('a crash loop, with its events', async () => {
    const withSecret = { env: [{ name: 'TOKEN', value: SECRET }] };
    await create(named('crashing', { restartPolicy: 'Always', containers: [shell('main', 'exit 3', withSecret)] }));
    const { stdout } = await untilSaid('crashing', new RegExp(`^why: main ended with exit code 3; its next attempt, number \\d+, waits for the end of a back-off of \\d+s at ${seconds}$`, 'm'));
    expect(stdout).toMatch(/^default\/crashing is Running, ready 0\/1, age \d+s, UID [0-9a-f-]{36}$/m);
    expect(stdout).toMatch(/^CONTAINER +STATE +RESTARTS +LAST END\nmain +waiting: CrashLoopBackOff +\d+ +Error, exit code 3 at /m);
    expect(stdout).toMatch(/^\d+s \(x\d+ over \d+s\) +Normal +Started +Started container main$/m);
    expect(stdout).toMatch(/^\d+s +Warning +BackOff +Back-off restarting failed container main in pod crashing_default\(.*\)$/m);
  });

  test('an image that cannot be had', async () => {
    await create(named('imageless', { containers: [shell('main', runs, { image: 'localhost:1/nowhere:1' })] }));
    await untilSaid('default/imageless', new RegExp(`^why: the image localhost:1/nowhere:1 of main cannot be had \\(ErrImagePull\\): .+; it has failed (once|\\d+ times) and is tried again at ${seconds}$`, 'm'));
  });

  test('an end for want of memory', async () => {
    // The engine begins to watch for it just after the start.
    await create(named('hungry', { containers: [shell('main', 'sleep 1; exec tail -c 200000000 /dev/zero', { resources: { limits: { memory: '16Mi' } } })] }));
    await untilSaid('hungry', /^why: it has failed: main was killed for want of memory \(OOMKilled, exit code 137, its limit is 16Mi\); it is not tried again \(restartPolicy Never\)$/m);
  });

  test('an init container that failed', async () => {
    await create(named('uninitialised', { initContainers: [shell('fetch', 'exit 4'), shell('unpack', 'true')], containers: [shell('main', runs)] }));
    const { stdout } = await untilSaid('uninitialised', /^why: it has failed: init container fetch ended with exit code 4; it is not tried again \(restartPolicy Never\)$/m);
    expect(stdout).toMatch(/^init fetch +Error, exit code 4 at /m);
  });

  test('a probe that does not succeed', async () => {
    const readinessProbe = { exec: { command: ['sh', '-c', 'echo not yet; exit 1'] }, periodSeconds: 1 };
    await create(named('unready', { containers: [shell('main', runs, { readinessProbe })] }));
    const { stdout } = await untilSaid('unready', /^why: main runs, and its readiness probe has not succeeded: Readiness probe failed: not yet$/m);
    expect(stdout).toMatch(/^main +running since \S+, not ready +0 +-$/m);
  });

  test('a deletion in its grace period', async () => {
    const pod = await scene.running(named('stubborn', { terminationGracePeriodSeconds: 600, containers: [shell('main', "trap '' TERM; while :; do sleep 0.1; done")] }));
    const deletion = pod.delete().catch(() => undefined); // the plugin is stopped before its end
    await untilSaid('stubborn', new RegExp(`^why: it is being deleted since ${seconds}: main has until ${seconds} to end$`, 'm'));
    void deletion;
  });

  test('last words and names do not get to the terminal as they are', async () => {
    await create(named('rude', { containers: [shell('main', String.raw`printf '\033[2J\033]0;mine\007\nns/fake   Running' > /dev/termination-log; exit 1`)] }));
    const { stdout } = await untilSaid('rude', /^why: it has failed: main ended with exit code 1, saying: \\x1b\[2J\\x1b\]0;mine\\x07 ns\/fake Running; /m);
    const json = await command('why', 'rude', '--json');
    for (const text of [stdout, json.stdout]) expect(text.replaceAll('\n', '')).toMatch(/^\P{Cc}*$/u);
    expect(JSON.parse(json.stdout)).toMatchObject({ row: { name: 'rude' }, containers: [{ state: { terminated: { message: 'Error: \u001b[2J\u001b]0;mine\u0007\nns/fake   Running' } } }] });
  });

  test('which pod is meant', async () => {
    const [one, other] = [await create(named('twin', { containers: [shell('main', runs)] })), await create(named('twin', { containers: [shell('main', runs)] }, { namespace: 'other' }))];
    const ambiguous = await command('why', 'twin');
    expect(ambiguous).toMatchObject({ exitCode: 1, stdout: '' });
    expect(ambiguous.stderr).toMatch(/^interlink-docker: twin may be each of these 2 pods: give namespace\/name, or more of the UID\n {2}default\/twin +\S+ +\S+\n {2}other\/twin +\S+ +\S+\n$/);
    for (const [wanted, uid] of [['default/twin', one.uid], ['other/twin', other.uid], [one.uid, one.uid], [other.uid.slice(0, 18), other.uid]] as const) {
      expect(JSON.parse((await command('why', wanted, '--json')).stdout)).toMatchObject({ row: { uid } });
    }
    expect(await command('why', 'nobody')).toEqual({ exitCode: 1, stdout: '', stderr: 'interlink-docker: no pod of this node is called nobody, and no UID begins so: interlink-docker pods lists them all\n' });
  });

  test('a pod that was refused for want of room is told of by its UID', async () => {
    const pod = scene.newPod(named('huge', { containers: [shell('main', runs, { resources: { requests: { cpu: '100000' } } })] }));
    await expect(pod.create()).rejects.toThrow(/OutOfcpu/);
    await untilSaid(pod.uid, /^why: it was not taken on: OutOfcpu: Node didn't have enough resource: cpu/m);
  });

  test('the table of all pods', async () => {
    const { exitCode, stdout, stderr } = await command('pods');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^POD +PHASE +READY +RESTARTS +AGE +NOTES$/m);
    expect(stdout).toMatch(/^default\/crashing +Running +0\/1 +\d+ +\d+s$/m);
    expect(stdout).toMatch(/^default\/stubborn +Running +\d\/1 +0 +\d+s +being deleted since /m);
    expect(JSON.parse((await command('pods', '--json')).stdout)).toContainEqual(expect.objectContaining({ namespace: 'default', name: 'hungry', phase: 'Failed' }));
  });

  test('the commands of the documentation', async () => {
    for (const block of docBlocks('docs/operations.md', 'test/integration/why.test.ts')) {
      const { exitCode, stdout, stderr } = await runAsReader(block, env());
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^POD +PHASE [^]+^default\/crashing is [^]+^why: [^]+^ {2}"why": "/m);
    }
  });

  describe('while the plugin cannot be asked', () => {
    beforeAll(() => scene.plugin.kill());

    test('the labels of the engine tell what they can, and that is said aloud', async () => {
      const { exitCode, stdout, stderr } = await command('pods');
      expect(stderr).toMatch(new RegExp(`^interlink-docker: No plugin listens at unix://.+\\nThis is what the labels of the engine's containers tell of the node ${scene.node} instead: .+\\n$`));
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^default\/crashing +Unknown +0\/1 +\d+ +\d+s +main ended with exit code 3$/m);
      expect(stdout).toMatch(/^default\/unready +Running +1\/1 +0 +\d+s +main runs since /m);
      expect(stdout).toMatch(/^default\/stubborn +Running +1\/1 +0 +\d+s +it is marked as being deleted; main runs since /m);
      expect(stdout).toMatch(/^default\/imageless +Pending +0\/0 +0 +\d+s$/m);
    });

    test('exit codes and the end for want of memory of one pod', async () => {
      const { exitCode, stdout, stderr } = await command('why', 'hungry');
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining('labels')]);
      expect(stdout).toMatch(/^why: main was killed for want of memory \(OOMKilled, exit code 137\)$/m);
      expect(stdout).toMatch(/^main +OOMKilled, exit code 137 at \S+ +0 +-$/m);
    });

    test('a name that nobody has, and one that two have', async () => {
      expect(await command('why', 'nobody')).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('no pod of this node is called nobody') as unknown });
      expect(await command('why', 'twin')).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('twin may be each of these 2 pods') as unknown });
    });

    test('a plugin that is named by its address is not replaced by the labels', async () => {
      expect(await command('pods', '--url', scene.plugin.url)).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(/^interlink-docker: No plugin listens at .+\n$/) as unknown });
    });

    test('without an engine both are said', async () => {
      const end = await startCommand(['pods'], '', { DOCKER_HOST: 'unix:///nowhere/docker.sock', NODENAME: scene.node, SOCKET: '/nowhere/plugin.sock' }).end;
      expect(end).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringMatching(/No plugin listens at .+ Nor can the Docker Engine be asked what it has: /) as unknown });
    });
  });

  test('values of variables were in nothing of it', () => {
    expect(said.length).toBeGreaterThan(10);
    for (const { stdout, stderr } of said) expect(stdout + stderr).not.toContain(SECRET);
  });
});

describeWithEngine('a plugin that tells nobody of its pods', (engine) => {
  test.each<[how: string, env: Readonly<Record<string, string>>, says: RegExp]>([
    ['because others could ask it as well', { SIDECARURL: 'http://0.0.0.0' }, /^interlink-docker: The plugin at http:\/\/0\.0\.0\.0:\d+ refused GET \/debug\/pods \(HTTP 403\): this is answered only where .+\.\nThis is what the labels/],
    ['because it speaks TLS', { SIDECARURL: 'https://0.0.0.0', TLSCERT: '/nowhere/cert.pem', TLSKEY: '/nowhere/key.pem', TLSCLIENTCA: '/nowhere/ca.pem' }, /^interlink-docker: The plugin listens over TLS, where it tells nobody of its pods\.\nThis is what the labels/],
  ])('%s: the labels tell', async (_how, env, says) => {
    await ensureBusybox(engine.endpoint);
    const node = uniqueNode('scene');
    const plugin = await PluginProcess.start({ dockerHost: engine.dockerHost, node, listen: 'port', env: { SIDECARURL: 'http://0.0.0.0' } });
    try {
      await new PluginCaller(plugin.url).create(toCreateBody(named('there', { containers: [shell('main', runs)] }), makeStamp(new Date())));
      const SIDECARPORT = new URL(plugin.url).port;
      await untilHolds(async () => {
        const end = await startCommand(['pods'], '', { DOCKER_HOST: engine.dockerHost, NODENAME: node, SIDECARPORT, ...env }).end;
        expect(end).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(says) as unknown, stdout: expect.stringMatching(/^default\/there +Running +1\/1 +0 +\d+s +main runs since /m) as unknown });
      });
    } finally {
      await plugin.remove();
      await purgeNode(node, engine.endpoint);
    }
  });
});
