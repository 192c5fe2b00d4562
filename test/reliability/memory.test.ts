import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { type PodFile, toLogBody } from '../../src/caller/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { describeWithMemoryLimit, MemoryCgroup } from '../support/memory-cgroup.js';
import { PluginScene } from '../support/plugin-scene.js';
import { restUntilTerm } from '../support/pod-scripts.js';
import { shell, shellPod, podFile, type TestPod } from '../support/test-node.js';
import { countFigure, THOROUGH } from '../support/thorough.js';

jest.setTimeout(1_200_000);

/** Well above what the plugin takes when it rests, and far below what any of these writes. */
const LIMIT_MEBIBYTES = 192;
const WRITTEN_MEBIBYTES = THOROUGH ? 5 * 1024 : 256;
const PRINTED_MEBIBYTES = THOROUGH ? 1024 : 256;
const MEBIBYTE = 2 ** 20;

/** Lines of 4000 characters, a MiB at a time, as fast as they are taken; then a last one. */
const printing = (mebibytes: number): string =>
  `head -c 768k /dev/urandom | base64 -w 3999 > /tmp/f; i=0; while [ $i -lt ${mebibytes} ]; do cat /tmp/f; i=$((i+1)); done; echo; echo the end`;
const unread = (mebibytes: number): string[] => ['sh', '-c', `head -c ${mebibytes}m /dev/zero`];

/** A program that keeps all it is sent of a log, which nobody takes from it; what the plugin must not do. */
const BUFFERING = `
  const kept = [];
  require('node:http').get({ ...JSON.parse(process.argv[1]), path: process.argv[2] }, (answer) => answer.on('data', (chunk) => kept.push(chunk)).on('end', () => process.exit(0)));
`;

describeWithEngine('a plugin that gets little memory', (engine) => {
  describeWithMemoryLimit(`${LIMIT_MEBIBYTES} MiB, beyond which the kernel kills it`, () => {
    let cgroup: MemoryCgroup;
    let scene: PluginScene;
    beforeEach(async () => {
      cgroup = new MemoryCgroup(LIMIT_MEBIBYTES);
      // All that is printed stays to be read, unless a test is about the rotation.
      scene = await PluginScene.open(engine, { under: cgroup.under, env: { LOGS_MAXSIZE: '2Gi' } });
    });
    afterEach(async () => {
      await scene.close();
      await cgroup.removeWhenEmpty();
    });

    const follow = (pod: TestPod): Promise<Readable> => scene.caller.getLogs(toLogBody(pod.pod, 'main', { Follow: true }));
    const ended = (pod: TestPod) => pod.until(({ containers: [main] }) => main?.state?.terminated !== undefined, 1_000_000);

    async function readAll(log: Readable): Promise<{ readonly mebibytes: number; readonly end: string }> {
      let bytes = 0;
      let end = '';
      for await (const chunk of log as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        end = (end + chunk.subarray(-16).toString()).slice(-16);
      }
      return { mebibytes: bytes / MEBIBYTE, end };
    }

    /** It has answered all the time, as the process that was started. */
    async function expectAlive(): Promise<void> {
      expect(await scene.caller.ping()).toHaveProperty('resources');
      expect({ pid: scene.plugin.pid, kills: cgroup.kills }).toEqual({ pid: scene.pid, kills: 0 });
    }

    async function created(file: PodFile): Promise<TestPod> {
      const pod = await scene.create(file);
      await pod.until(({ containers: [main] }) => main?.state?.waiting === undefined);
      return pod;
    }

    test(`outlives ${WRITTEN_MEBIBYTES} MiB written through the default rotation, followed to the end`, async () => {
      await scene.close();
      scene = await PluginScene.open(engine, { under: cgroup.under });
      const pod = await created(shellPod(printing(WRITTEN_MEBIBYTES)));
      const { mebibytes, end } = await readAll(await follow(pod));
      expect(end).toMatch(/\nthe end\n$/);
      // What the rotation took before it was read is said in the log: a busy machine loses more.
      expect(mebibytes).toBeGreaterThan(25);
      await ended(pod);
      await expectAlive();
      await pod.delete();
      countFigure({ what: `a log followed through the default rotation, by a plugin of ${LIMIT_MEBIBYTES} MiB`, count: WRITTEN_MEBIBYTES, unit: 'MiB', outcome: `it lives, with ${cgroup.peakMebibytes} MiB at most` });
    });

    test('outlives containers that print as fast as they can: one whose reader does not read, one without', async () => {
      const begin = performance.now();
      const [followed, unfollowed] = [await created(shellPod(printing(PRINTED_MEBIBYTES))), await created(shellPod(printing(PRINTED_MEBIBYTES)))];
      const log = await follow(followed);
      log.pause();
      for (const pod of [followed, unfollowed]) await ended(pod);
      const perSecond = (2 * PRINTED_MEBIBYTES) / ((performance.now() - begin) / 1000);
      await expectAlive();
      const { mebibytes, end } = await readAll(log);
      expect([mebibytes > PRINTED_MEBIBYTES, end]).toEqual([true, expect.stringMatching(/\nthe end\n$/)]);
      await expectAlive();
      for (const pod of [followed, unfollowed]) await pod.delete();
      countFigure({ what: `containers print ${perSecond.toFixed(0)} MiB/s, a reader that waits for their end`, count: 2 * PRINTED_MEBIBYTES, unit: 'MiB', outcome: `it lives, with ${cgroup.peakMebibytes} MiB at most; every byte arrives` });
    });

    test('outlives probes and hooks that print and print', async () => {
      const exec = { command: unread(PRINTED_MEBIBYTES) };
      const pod = await created(
        podFile({
          terminationGracePeriodSeconds: 60,
          containers: [shell('main', restUntilTerm(0), { lifecycle: { postStart: { exec }, preStop: { exec } }, readinessProbe: { exec, periodSeconds: 1, timeoutSeconds: 60 } })],
        }),
      );
      // The hook has ended, and the probe has too: its end is what makes the pod ready.
      await pod.until(({ containers: [main] }) => main?.ready === true, 300_000);
      await pod.delete();
      await expectAlive();
      countFigure({ what: 'a postStart, a readiness and a preStop command that print', count: 3 * PRINTED_MEBIBYTES, unit: 'MiB', outcome: `the plugin lives, with ${cgroup.peakMebibytes} MiB at most` });
    });

    test('a program that keeps what it is sent is killed under the same limit', async () => {
      const pod = await created(shellPod(printing(256)));
      const { containers } = await ended(pod);
      const id = (containers[0]?.containerID ?? '').replace('docker://', '');
      const [program = '', ...words] = [...cgroup.under, process.execPath, '-e', BUFFERING, JSON.stringify(engine.endpoint), `/containers/${id}/logs?stdout=1`];
      const child = spawn(program, words, { stdio: 'ignore' });
      await once(child, 'exit');
      // The kernel may take the plugin beside it for the one that asked for too much.
      expect(child.signalCode === 'SIGKILL' || !scene.plugin.isRunning).toBe(true);
      await eventually(() => cgroup.kills > 0);
    });
  });
});
