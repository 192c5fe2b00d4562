import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_POD_SECURITY } from '../../src/docker/node/index.js';
import type { PodSpec } from '../../src/kube/index.js';
import { call } from '../support/endpoint.js';
import { skipAloud } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { describeWithOwnEngine, OwnEngine } from '../support/own-engine.js';
import { podFile, shell, TestNode } from '../support/test-node.js';

jest.setTimeout(180_000);

const FIRST = 200_000;

const declare = (): void => {
  let directory: string;
  let runtimeLog: string;
  let engine: OwnEngine;
  let node: TestNode;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'runtime-'));
    runtimeLog = join(directory, 'log');
    const runtime = join(directory, 'witness');
    writeFileSync(runtime, `#!/bin/sh\necho "$@" >> ${runtimeLog}\nexec runc "$@"\n`, { mode: 0o755 });
    engine = await OwnEngine.start({ mapUsers: { first: FIRST, count: 65_536 }, args: [`--add-runtime=witness=${runtime}`] });
    node = await TestNode.start(engine, { policy: { podSecurity: { ...DEFAULT_POD_SECURITY, level: 'privileged', runtimeClasses: { watched: 'witness' } } } });
  });
  afterAll(async () => {
    await node.remove();
    await engine.remove();
    rmSync(directory, { recursive: true });
  });

  /** What a container says, and its user as the host sees it. */
  async function look(spec: Partial<PodSpec>, script: string): Promise<[said: string, userOnHost: number]> {
    const pod = await node.create(
      podFile(
        { volumes: [{ name: 'work', emptyDir: {} }, { name: 'files', secret: { secretName: 'access', defaultMode: 0o400 } }], containers: [shell('main', `${script}; echo said; exec sleep 600`, { volumeMounts: [{ name: 'work', mountPath: '/work' }, { name: 'files', mountPath: '/files' }] })], ...spec },
        { secrets: [{ metadata: { name: 'access', namespace: 'default' }, data: { key: Buffer.from('secret\n').toString('base64') } }] },
      ),
    );
    await pod.until(({ containers }) => containers[0]?.state?.running !== undefined);
    const id = (await pod.containerStatus('main')).containerID?.replace('docker://', '') ?? '';
    const { State } = (await call(engine.endpoint, 'GET', `/containers/${id}/json`)).json() as { State: { Pid: number } };
    const user = Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${State.Pid}/status`, 'utf8'))?.[1]);
    const said = await eventually(async () => {
      const log = await pod.log();
      return log.endsWith('said\n') && log;
    });
    await pod.delete();
    return [said.replace(/said\n$/, ''), user];
  }

  const script = 'id -u; cat /files/key; echo mine > /work/file && cat /work/file';

  test('P52: root of a pod that wants users of its own is nobody on the host, and has its files', async () => {
    expect(await look({ hostUsers: false }, script)).toEqual(['0\nsecret\nmine\n', FIRST]);
    expect(await look({ hostUsers: false, shareProcessNamespace: true }, script)).toEqual(['0\nsecret\nmine\n', FIRST]);
  });

  test('P52: so is every pod\'s that does not say, with its user', async () => {
    expect(await look({ securityContext: { runAsUser: 1000 } }, 'id -u; echo mine > /work/file && cat /work/file')).toEqual(['1000\nmine\n', FIRST + 1000]);
  });

  test('P53: the runtime of the class runs the sandbox and the containers of its pods, and nobody else\'s', async () => {
    const created = (): number => (existsSync(runtimeLog) ? readFileSync(runtimeLog, 'utf8').split('\n').filter((line) => / create /.test(line)).length : 0);
    await look({}, 'true');
    expect(created()).toBe(0);
    await look({ runtimeClassName: 'watched' }, 'true');
    expect(created()).toBe(1);
    await look({ runtimeClassName: 'watched', shareProcessNamespace: true }, 'true');
    expect(created()).toBe(3);
  });

  test('P54: with the host\'s processes come the host\'s users, or the engine would not start it', async () => {
    expect(await look({ hostPID: true }, 'id -u')).toEqual(['0\n', 0]);
  });
};

const about = 'an engine that maps users, with a runtime of its own';
if (existsSync('/etc/subuid') && existsSync('/etc/subgid')) describeWithOwnEngine(about, declare);
else skipAloud(about, 'this host has no files of subordinate ids');
