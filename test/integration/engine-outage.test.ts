import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PluginRefused } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { describeWithEngine, purgeNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy, type ProxiedCall } from '../support/fault-proxy.js';
import type { OwnEngine } from '../support/own-engine.js';
import { describeWithOwnEngine } from '../support/own-engine.js';
import { startOwnNode } from '../support/own-node.js';
import { SAY_ADDRESS, untilTerm } from '../support/pod-scripts.js';
import { SteeredNode } from '../support/steered-node.js';
import { podFile, shell, shellPod, type TestPod } from '../support/test-node.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(120_000);

/** The plugin's own limit for a `/create` without an engine. */
const LONGEST_WAIT_MS = 100_000;
const ADDRESS = /^10\.\d+\.\d+\.\d+$/;
const NOTHING = { containers: 0, volumes: 0 };

/** The first line of a container's log, as soon as there is one. */
async function firstLine(pod: TestPod, container = ''): Promise<string> {
  return eventually(async () => /^(.+)\n/.exec(await pod.log(container))?.[1]);
}

/** A pod of two containers, restarted for ever: both say the address, and one asks the other over localhost. */
function pairFile() {
  return podFile({
    restartPolicy: 'Always',
    containers: [
      shell('web', `${SAY_ADDRESS}; mkdir /srv; echo hello > /srv/index.html; httpd -p 8080 -h /srv; ${untilTerm(0)}`),
      shell('asks', `${SAY_ADDRESS}; until wget -q -O - http://127.0.0.1:8080/index.html 2>/dev/null; do sleep 0.1; done; ${untilTerm(0)}`),
    ],
  });
}

describeWithOwnEngine('an engine that goes and comes back', () => {
  let engine: OwnEngine;
  let node: SteeredNode;
  beforeAll(async () => {
    ({ engine, node } = await startOwnNode());
  }, 120_000);
  afterAll(async () => {
    await node.stop();
    await engine.remove();
  }, 120_000);

  const running = (pod: TestPod) => pod.untilPhase('Running');

  // How each kind of pod ends by every kind of restart: test/reliability/engine-restarts.test.ts.
  describe('by SIGKILL', () => {
    let pods: Record<'always' | 'onFailure' | 'trapsZero' | 'trapsSeven' | 'looping' | 'done' | 'pair', TestPod>;
    const before = new Map<TestPod, Awaited<ReturnType<TestPod['status']>>>();
    let addresses: readonly string[];

    beforeAll(async () => {
      if (!engine.isRunning) await engine.start();
      pods = {
        always: await node.create(shellPod(`${SAY_ADDRESS}; ${untilTerm(0)}`, { restartPolicy: 'Always' })),
        onFailure: await node.create(shellPod(untilTerm(0), { restartPolicy: 'OnFailure' })),
        trapsZero: await node.create(shellPod(untilTerm(0))),
        trapsSeven: await node.create(shellPod(untilTerm(7))),
        looping: await node.create(shellPod('exit 1', { restartPolicy: 'Always' })),
        done: await node.create(shellPod('exit 0')),
        pair: await node.create(pairFile()),
      };
      for (const pod of [pods.always, pods.onFailure, pods.trapsZero, pods.trapsSeven, pods.pair]) await running(pod);
      await pods.looping.until(({ containers }) => containers[0]?.state?.waiting?.reason === 'CrashLoopBackOff');
      await pods.done.untilPhase('Succeeded');
      await pods.pair.until(({ containers }) => containers.every(({ state }) => state?.running !== undefined));
      addresses = [await firstLine(pods.always), await firstLine(pods.pair, 'web'), await firstLine(pods.pair, 'asks')];
      for (const pod of Object.values(pods)) before.set(pod, await pod.status());
      await engine.stop('SIGKILL');
    }, 120_000);

    afterAll(async () => {
      if (!engine.isRunning) await engine.start();
      await Promise.all(Object.values(pods).map((pod) => pod.delete()));
    }, 120_000);

    test('P39: meanwhile /status answers from the last picture, and the ping tells of a node with room for no pod', async () => {
      expect(await node.caller.ping()).toMatchObject({ resources: { cpu: expect.stringMatching(/^\d+$/) as string, pods: '0' } });
      for (const [pod, last] of before) expect(await pod.status()).toEqual(last);
      expect(pods.trapsZero.view.phase).toBe('Running');
      expect(pods.done.view.phase).toBe('Succeeded');
    });

    test('/create waits for the engine and succeeds', async () => {
      const late = node.newPod(shellPod('exit 0'));
      let isAnswered = false;
      const created = node.caller.create(late.body).finally(() => (isAnswered = true));
      await eventually(() => node.clock.isWaitedFor(LONGEST_WAIT_MS - 10_000));
      expect(isAnswered).toBe(false);
      await engine.start();
      await created;
      await late.untilPhase('Succeeded');
      await late.delete();
    });

    test('pods of restartPolicy Always run again, with the same address', async () => {
      const { containers } = await pods.always.until((status) => status.containers[0]?.state?.running !== undefined && (status.containers[0].restartCount ?? 0) > 0);
      expect(containers[0]?.restartCount).toBe(1);
      expect(addresses[0]).toMatch(ADDRESS);
      expect(await firstLine(pods.always)).toBe(addresses[0]);
    });

    test('a pod of several containers comes back whole: one sandbox, one address, localhost shared', async () => {
      const { containers } = await pods.pair.until((status) => status.containers.every(({ state, restartCount }) => state?.running !== undefined && restartCount > 0));
      expect(containers.map(({ restartCount }) => restartCount)).toEqual([1, 1]);
      expect([addresses[1], addresses[2]]).toEqual([addresses[1], addresses[1]]);
      await untilHolds(async () => expect(await pods.pair.log('asks')).toBe(`${addresses[1]}\nhello\n`));
      expect(await firstLine(pods.pair, 'web')).toBe(addresses[1]);
    });

    test('pods of restartPolicy Never have ended and stay so', async () => {
      const { containers } = await pods.trapsSeven.untilPhase('Failed');
      expect(containers[0]).toMatchObject({ restartCount: 0, state: { terminated: { exitCode: 7 } } });
      await pods.trapsZero.until((status) => status.containers[0]?.state?.terminated !== undefined);
    });

    test('a program that traps TERM and exits 0 has not succeeded', async () => {
      const { containers } = await node.know(pods.trapsZero).until((status) => status.containers[0]?.state?.terminated !== undefined);
      expect(containers[0]?.state?.terminated).toMatchObject({ exitCode: 128 + 15, signal: 15 });
    });

    test('an interrupted OnFailure pod is run again', async () => {
      const { containers } = await node.know(pods.onFailure).until(({ containers: [main] }) => main?.state?.terminated !== undefined || (main?.state?.running !== undefined && main.restartCount > 0));
      expect(containers[0]).toMatchObject({ restartCount: 1, state: { running: {} }, lastState: { terminated: { exitCode: 128 + 15 } } });
    });

    test('what had ended before is as it was, and the back-off goes on', async () => {
      const fresh = node.know(pods.done);
      expect((await fresh.status()).containers).toEqual(before.get(pods.done)?.containers);
      const waited = before.get(pods.looping)?.containers[0]?.restartCount ?? 0;
      const { containers } = await pods.looping.until((status) => (status.containers[0]?.restartCount ?? 0) > waited && status.containers[0]?.state?.waiting?.reason === 'CrashLoopBackOff');
      expect(containers[0]).toMatchObject({ restartCount: waited + 1, state: { waiting: { message: expect.stringContaining('back-off 20s') as string } }, lastState: { terminated: { exitCode: 1 } } });
    });

    test('all of them can be deleted, and nothing is left', async () => {
      for (const pod of Object.values(pods)) {
        await pod.delete();
        expect(await node.leftoversOf(pod)).toEqual(NOTHING);
      }
    });
  });

  describe('and calls that find it away', () => {
    beforeEach(async () => {
      if (!engine.isRunning) await engine.start();
    });

    test('a /create that never gets an engine is answered 503, and leaves nothing', async () => {
      await engine.stop('SIGKILL');
      const pod = node.newPod(podFile({ volumes: [{ name: 'work', emptyDir: {} }], containers: [shell('main', 'true', { volumeMounts: [{ name: 'work', mountPath: '/work' }] })] }));
      const refusal = node.caller.create(pod.body).then(() => undefined, (error: unknown) => error);
      await eventually(() => node.clock.isWaitedFor(LONGEST_WAIT_MS - 10_000));
      node.clock.wake(LONGEST_WAIT_MS);
      expect(await refusal).toMatchObject({ status: 503, message: expect.stringMatching(/pod default\/test.*Docker Engine.*away/) as string });
      await engine.start();
      const after = await node.create(shellPod('true'));
      await after.untilPhase('Succeeded');
      await after.delete();
      expect(await node.leftoversOf(pod)).toEqual(NOTHING);
    });

    test('a /delete sent meanwhile is carried out at its return', async () => {
      const pod = await node.create(pairFile());
      await running(pod);
      await engine.stop('SIGKILL');
      const deleted = pod.delete();
      await eventually(() => node.hasOnDisk(pod));
      await engine.start();
      await deleted;
      expect(await node.leftoversOf(pod)).toEqual(NOTHING);
      expect(node.hasOnDisk(pod)).toBe(false);
    });

    test('a /delete whose engine stays away is answered, and not forgotten', async () => {
      const pod = await node.create(shellPod(untilTerm(0)));
      await running(pod);
      await engine.stop('SIGKILL');
      const deleted = pod.delete();
      await eventually(() => node.hasOnDisk(pod) && node.clock.isWaitedFor(LONGEST_WAIT_MS - 10_000));
      node.clock.wake(LONGEST_WAIT_MS);
      await deleted;
      await engine.start();
      await untilHolds(async () => expect(await node.leftoversOf(pod)).toEqual(NOTHING));
    });

    test('a delete that was going on when the engine stopped is finished', async () => {
      const pod = await node.create(shellPod('trap "" TERM; while :; do sleep 0.1; done', { terminationGracePeriodSeconds: 30 }));
      await running(pod);
      const deleted = pod.delete();
      await pod.until((status) => status.containers.length === 1);
      await engine.stop('SIGKILL');
      await engine.start();
      await deleted;
      expect(await node.leftoversOf(pod)).toEqual(NOTHING);
    });
  });

  describe('and a plugin that is restarted meanwhile', () => {
    let first: SteeredNode;
    let second: SteeredNode | undefined;
    beforeEach(async () => {
      if (!engine.isRunning) await engine.start();
      first = await SteeredNode.start({ socketPath: engine.socketPath, dataDir: node.dataDir + '-shared' });
    });
    afterEach(async () => {
      if (!engine.isRunning) await engine.start();
      await second?.stop();
      second = undefined;
    });

    /** The plugin goes while the engine is away, and a new one finds what it left. */
    async function restart(): Promise<SteeredNode> {
      await first.stop();
      second = await SteeredNode.start({ socketPath: engine.socketPath, node: first.name, dataDir: first.dataDir });
      return second;
    }

    test('a /delete that the first one took is carried out by the second', async () => {
      const pod = await first.create(pairFile());
      const stays = await first.create(shellPod(untilTerm(0), { restartPolicy: 'Always' }));
      await running(pod);
      await running(stays);
      await engine.stop('SIGKILL');
      pod.delete().catch(() => undefined); // its answer is lost with the plugin
      await eventually(() => first.hasOnDisk(pod));
      const next = await restart();
      await engine.start();
      await untilHolds(async () => expect(await next.leftoversOf(pod)).toEqual(NOTHING));
      const known = next.know(stays);
      await running(known);
      await known.delete();
    });

    test('a /delete that the second one takes, which knows no pod yet, is carried out', async () => {
      const pod = await first.create(shellPod(untilTerm(0), { restartPolicy: 'Always' }));
      await running(pod);
      await engine.stop('SIGKILL');
      const next = await restart();
      await expect(next.know(pod).status()).rejects.toMatchObject({ status: 503 });
      const deleted = next.know(pod).delete();
      await eventually(() => next.hasOnDisk(pod));
      await engine.start();
      await deleted;
      expect(await next.leftoversOf(pod)).toEqual(NOTHING);
    });

    test('the first one saw the engine stop the pod: that is not a success for the second', async () => {
      const pod = await first.create(shellPod(untilTerm(0)));
      await running(pod);
      await engine.stop('SIGTERM');
      const next = await restart();
      await engine.start();
      const { containers } = await next.know(pod).untilPhase('Failed');
      expect(containers[0]?.state?.terminated).toMatchObject({ exitCode: 128 + 15 });
      await next.know(pod).delete();
    });
  });
});

/** The way to the engine breaks in the middle of a `/create`: what was made by then must not live. */
describeWithEngine('an engine that cannot be reached any more in the middle of a /create', (engine) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'outage-'));
  let proxy: FaultProxy;
  let node: SteeredNode;
  beforeAll(async () => {
    await ensureBusybox(engine.endpoint);
    proxy = await FaultProxy.start(engine.endpoint);
    node = await SteeredNode.start(reach());
  });
  afterAll(async () => {
    await node.stop();
    await proxy.stop();
    await purgeNode(node.name, engine.endpoint);
    rmSync(dataDir, { recursive: true, force: true });
  });

  const reach = () => ({ socketPath: proxy.socketPath, engine: engine.endpoint, podCidr: '10.221.0.0/16', dataDir });
  const plain = () => shellPod(untilTerm(0), { restartPolicy: 'Always' });
  const withFiles = () =>
    podFile(
      { restartPolicy: 'Always', volumes: [{ name: 'settings', configMap: { name: 'settings' } }], containers: [shell('main', untilTerm(0), { volumeMounts: [{ name: 'settings', mountPath: '/settings' }] })] },
      { configMaps: [{ metadata: { name: 'settings', namespace: 'default' }, data: { word: 'x' } }] },
    );
  const isSandboxCreate = ({ method, path, query }: ProxiedCall): boolean => method === 'POST' && path === '/containers/create' && (query.get('name') ?? '').startsWith('k8s_POD_');
  const isArchive = ({ method, path }: ProxiedCall): boolean => method === 'PUT' && path.endsWith('/archive');
  const isRename = ({ method, path }: ProxiedCall): boolean => method === 'POST' && path.endsWith('/rename');
  const PLACES: [name: string, file: () => ReturnType<typeof podFile>, place: (call: ProxiedCall) => boolean][] = [
    ['the sandbox is made, a pod without files', plain, isSandboxCreate],
    ['the sandbox is made, a pod with files', withFiles, isSandboxCreate],
    ['its files are written', withFiles, isArchive],
    ['it is accepted', withFiles, isRename],
  ];

  /** Sends the create; the answer of the call at `place` never arrives, nor does anything after it. */
  async function loseEngineAt(place: (call: ProxiedCall) => boolean, pod: TestPod): Promise<{ answer: Promise<unknown> }> {
    let isLost = false;
    const disarm = proxy.afterAnswer(place, () => {
      isLost = true;
      void proxy.refuse();
      return 'cut';
    });
    const answer = node.caller.create(pod.body).then(() => 'created', (error: unknown) => error);
    await eventually(() => isLost);
    disarm();
    return { answer };
  }

  /** The plugin is at the engine again, and has come to rest. */
  async function settle(): Promise<void> {
    const pod = await node.create(shellPod('true'));
    await pod.untilPhase('Succeeded');
    await pod.delete();
  }

  test.each(PLACES)('%s; the engine is back in time: the pod runs, once', async (_name, file, place) => {
    const pod = node.newPod(file());
    const { answer } = await loseEngineAt(place, pod);
    await proxy.resume();
    expect(await answer).toBe('created');
    await pod.untilPhase('Running');
    expect((await node.leftoversOf(pod)).containers).toBe(2);
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual(NOTHING);
  });

  test.each(PLACES)('%s; the engine is back too late: 503, and nothing is left', async (_name, file, place) => {
    const pod = node.newPod(file());
    const { answer } = await loseEngineAt(place, pod);
    await eventually(() => node.clock.isWaitedFor(LONGEST_WAIT_MS - 20_000));
    node.clock.wake(LONGEST_WAIT_MS);
    expect(await answer).toBeInstanceOf(PluginRefused);
    expect(await answer).toMatchObject({ status: 503 });
    await proxy.resume();
    await settle();
    await untilHolds(async () => expect(await node.leftoversOf(pod)).toEqual(NOTHING));
    expect(await node.caller.status([pod.pod])).toEqual([]);
  });

  test.each(PLACES)('%s; it is deleted before the engine is back: 410, and nothing is left', async (_name, file, place) => {
    const pod = node.newPod(file());
    const { answer } = await loseEngineAt(place, pod);
    const deleted = pod.delete();
    expect(await answer).toMatchObject({ status: 410 });
    await eventually(() => node.clock.isWaitedFor(LONGEST_WAIT_MS - 20_000));
    node.clock.wake(LONGEST_WAIT_MS);
    await deleted;
    await proxy.resume();
    await settle();
    await untilHolds(async () => expect(await node.leftoversOf(pod)).toEqual(NOTHING));
    await settle();
    expect(await node.leftoversOf(pod)).toEqual(NOTHING);
  });

  test.each(PLACES)('%s; it is deleted, and the plugin restarted, before the engine is back: nothing is left', async (_name, file, place) => {
    const pod = node.newPod(file());
    const { answer } = await loseEngineAt(place, pod);
    pod.delete().catch(() => undefined); // its answer is lost with the plugin
    expect(await answer).toMatchObject({ status: 410 });
    await eventually(() => node.hasOnDisk(pod));
    await node.stop();
    node = await SteeredNode.start({ ...reach(), node: node.name });
    await proxy.resume();
    await settle();
    await untilHolds(async () => expect(await node.leftoversOf(pod)).toEqual(NOTHING));
  });
});
