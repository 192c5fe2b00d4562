import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { PluginScene } from '../support/plugin-scene.js';
import { shellPod } from '../support/test-node.js';

jest.setTimeout(120_000);

const UNUSABLE = 'the configuration cannot be used: everything stays as it was';

describeWithEngine('the log of a plugin', (engine) => {
  let scene: PluginScene | undefined;
  const directory = mkdtempSync(join(tmpdir(), 'log-lines-'));
  afterEach(() => scene?.close());
  afterAll(() => rmSync(directory, { recursive: true }));

  async function open(env: Readonly<Record<string, string>> = {}): Promise<PluginScene> {
    scene = await PluginScene.open(engine, { env });
    return scene;
  }

  test('each change of a pod\'s state is a line that names the pod, the container, and the call that caused it', async () => {
    const at = await open();
    const { plugin } = at;
    const pod = at.newPod(shellPod('echo SECRET-WORD; exit 3', { restartPolicy: 'OnFailure' }, { env: [{ name: 'PASSWORD', value: 'SECRET-WORD' }] }));
    await plugin.call('POST', '/create', pod.body, { headers: { 'InterLink-Http-Session': 'create-session' } });
    const lines = () => plugin.logLines.filter(({ podUid }) => podUid === pod.uid);
    await eventually(() => lines().filter(({ reason }) => reason === 'Started').length >= 2);
    await plugin.call('POST', '/delete', pod.pod, { headers: { 'InterLink-Http-Session': 'delete-session' } });
    await eventually(() => lines().some(({ message }) => message === 'pod is removed'));

    const named = { podUid: pod.uid, namespace: 'default', pod: 'test' };
    const story: readonly Record<string, unknown>[] = [
      { ...named, message: 'pod is accepted', session: 'create-session' },
      { ...named, reason: 'Pulled', container: 'main' },
      { ...named, reason: 'Created', container: 'main' },
      { ...named, reason: 'Started', container: 'main' },
      { ...named, message: 'a container has ended', container: 'main', attempt: 0, exitCode: 3 },
      { ...named, reason: 'Started', container: 'main' },
      { ...named, message: 'pod is to be deleted', session: 'delete-session' },
      { ...named, message: 'pod is removed' },
    ];
    let from = 0;
    for (const wanted of story) {
      const place = lines().findIndex((line, index) => index >= from && Object.entries(wanted).every(([key, value]) => line[key] === value));
      expect([wanted, place >= from]).toEqual([wanted, true]);
      from = place + 1;
    }
    expect(lines().every((line) => ['timestamp', 'level', 'message', 'namespace', 'pod'].every((key) => typeof line[key] === 'string'))).toBe(true);
    expect(lines().filter(({ message }) => message === 'a container has ended').map(({ attempt }) => attempt)).toEqual([0, 1]);
    expect(plugin.stderr).not.toContain('SECRET-WORD');
  });

  test('SIGHUP has the configuration read again: the level is taken, the rest is named, a broken file changes nothing', async () => {
    const file = join(directory, 'plugin.yaml');
    writeFileSync(file, 'VerboseLogging: false\n');
    const { plugin } = await open({ DOCKERCONFIGPATH: file });
    const said = (message: string) => plugin.logLines.filter((line) => line['message'] === message);
    let calls = 0;
    const ask = async (): Promise<string> => {
      const session = `call-${++calls}`;
      await plugin.call('GET', '/status', [], { headers: { 'InterLink-Http-Session': session } });
      return session;
    };
    const isTold = (session: string) => plugin.logLines.some((line) => line['message'] === 'request' && line['session'] === session);
    const hangUp = (yaml: string): void => {
      writeFileSync(file, yaml);
      process.kill(plugin.pid, 'SIGHUP');
    };
    const atInfo = await ask();

    hangUp('VerboseLogging: true\nLogs: {MaxSize: 7Mi}\nBodyLimit: 1Mi\n');
    await eventually(() => said('settings have changed that count only after a restart').length === 1);
    expect(said('the configuration was read again')).toMatchObject([{ level: 'info', logLevel: 'debug' }]);
    expect(said('settings have changed that count only after a restart')).toMatchObject([{ level: 'warn', keys: 'BodyLimit, Logs.MaxSize' }]);
    const atDebug = await ask();
    await eventually(() => isTold(atDebug));

    hangUp('VerboseLogging: maybe\n');
    await eventually(() => said(UNUSABLE).length === 1);
    expect(said(UNUSABLE)).toMatchObject([{ level: 'error', reason: expect.stringContaining('VerboseLogging is "maybe"') as unknown }]);
    const atDebugStill = await ask();
    await eventually(() => isTold(atDebugStill));

    hangUp('VerboseLogging: false\n');
    await eventually(() => said('the configuration was read again').length === 2);
    const atInfoAgain = await ask();
    hangUp('VerboseLogging: true\n');
    await eventually(() => said('the configuration was read again').length === 3);
    const last = await ask();
    await eventually(() => isTold(last));
    expect([atInfo, atInfoAgain].map(isTold)).toEqual([false, false]);
  });
});
