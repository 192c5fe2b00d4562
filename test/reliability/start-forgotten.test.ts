import { setTimeout as sleep } from 'node:timers/promises';
import type { PodFile } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy, type ProxiedCall } from '../support/fault-proxy.js';
import { describeWithOwnEngine, OwnEngine } from '../support/own-engine.js';
import { restUntilTerm } from '../support/pod-scripts.js';
import { SteeredNode } from '../support/steered-node.js';
import { podFile, shell, shellPod } from '../support/test-node.js';
import { countFigure } from '../support/thorough.js';

jest.setTimeout(240_000);

/** Into a start, before it has ended; whenever it is, nothing may come of it but a pod that runs once. */
const INTO_START_MS: readonly number[] = [100, 200];

describeWithOwnEngine('an engine that keeps its containers, killed in the middle of a start', () => {
  let engine: OwnEngine;
  let proxy: FaultProxy;
  let node: SteeredNode;
  beforeAll(async () => {
    engine = await OwnEngine.start({ args: ['--live-restore'] });
    await ensureBusybox(engine.endpoint);
    proxy = await FaultProxy.start(engine.endpoint);
    node = await SteeredNode.start({ socketPath: proxy.socketPath, engine: engine.endpoint });
    // What the plugin starts for itself has been started by then.
    const first = await node.create(shellPod('exit 0'));
    await first.untilPhase('Succeeded');
    await first.delete();
  }, 120_000);
  afterAll(async () => {
    await node.stop();
    await proxy.stop();
    await engine.remove();
  }, 120_000);

  const says = `echo ran; ${restUntilTerm(0)}`;
  const KINDS: [of: string, file: () => PodFile][] = [
    ['a single container', () => shellPod(says)],
    ['the sandbox of several', () => podFile({ containers: [shell('main', says), shell('other', restUntilTerm(0))] })],
  ];

  test.each(KINDS.flatMap(([of, file]) => INTO_START_MS.map((ms): [of: string, ms: number, file: () => PodFile] => [of, ms, file])))('%s, %d ms into it: the pod runs, once', async (_of, ms, file) => {
    let killed: Promise<void> | undefined;
    const isStart = ({ method, path }: ProxiedCall): boolean => method === 'POST' && path.endsWith('/start');
    const disarm = proxy.beforeCall(isStart, () => {
      killed ??= sleep(ms).then(() => engine.stop('SIGKILL'));
    });
    const pod = await node.create(file());
    await eventually(() => killed !== undefined);
    await killed;
    disarm();
    await engine.start();
    const { containers } = await pod.until((status) => status.containers.every(({ state }) => state?.running !== undefined), 60_000);
    expect(containers.map(({ restartCount, lastState }) => [restartCount, lastState])).toEqual(containers.map(() => [0, {}]));
    expect(await eventually(async () => (await pod.log('main')) || undefined)).toBe('ran\n');
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
    countFigure({ what: 'an engine with live-restore killed in the middle of a start', count: 1, unit: 'start', outcome: 'the pod runs, once' });
  });
});
