import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeStamp, PluginCaller, type PodFile, toCreateBody } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { describeWithEngine, objectsOf, purgeNode, skipAloud, uniqueNode } from '../support/engine-under-test.js';
import { findOlderRelease, type Installation, installOlder, installPacked } from '../support/older-release.js';
import { PluginProcess } from '../support/plugin-process.js';
import { podFile, shell, shellPod, TestPod } from '../support/test-node.js';

// An older release is built first.
jest.setTimeout(240_000);

const TICKS = 'n=0; while true; do n=$((n+1)); echo tick $n; sleep 0.5; done';
const PODS = {
  single: shellPod(TICKS),
  several: podFile(
    {
      containers: [
        shell('writer', `cp /secret/password /shared/copy; ${TICKS}`, { volumeMounts: [{ name: 'shared', mountPath: '/shared' }, { name: 'secret', mountPath: '/secret' }] }),
        shell('reader', 'until [ -s /shared/copy ]; do sleep 0.1; done; while true; do echo "$(cat /config/word) $(wc -c </shared/copy)"; sleep 0.5; done', {
          volumeMounts: [{ name: 'shared', mountPath: '/shared' }, { name: 'config', mountPath: '/config' }],
        }),
      ],
      volumes: [{ name: 'shared', emptyDir: {} }, { name: 'config', configMap: { name: 'words' } }, { name: 'secret', secret: { secretName: 'keys' } }],
    },
    { configMaps: [{ metadata: { name: 'words', namespace: 'default' }, data: { word: 'letters:' } }], secrets: [{ metadata: { name: 'keys', namespace: 'default' }, data: { password: Buffer.from('seventeen letters').toString('base64') } }] },
  ),
  crashing: shellPod('echo again; exit 3', { restartPolicy: 'Always' }),
  waiting: podFile({ containers: [{ name: 'main', image: 'interlink-docker-test/no-such-image:1', imagePullPolicy: 'Never' }] }),
  ended: shellPod('echo last words; exit 5'),
} satisfies Readonly<Record<string, PodFile>>;
type Kind = keyof typeof PODS;
const KINDS = Object.keys(PODS) as Kind[];

const older = findOlderRelease();
if ('why' in older) skipAloud('an upgrade from an older release', older.why);
const FROM: readonly (readonly [from: string, install: () => Installation])[] = [
  ['the same release in another folder', installPacked],
  ...('ref' in older ? [[older.ref, () => installOlder(older.ref)] as const] : []),
];

describe.each(FROM)('P111: pods started by %s', (_from, install) => {
  describeWithEngine('survive the one after', (engine) => {
    const node = uniqueNode('upgrade');
    const started = {} as Record<Kind, TestPod>;
    const taken = {} as Record<Kind, TestPod>;
    const idsBefore = {} as Record<Kind, readonly string[]>;
    let restartsBefore: number;
    let dataDir: string;
    let release: Installation;
    let next: PluginProcess | undefined;

    const idsOf = async ({ uid }: TestPod): Promise<readonly string[]> => [...(await objectsOf(`io.kubernetes.pod.uid=${uid}`, engine.endpoint)).containers].sort();
    const ticksOf = async (kind: Kind, container: string): Promise<number> => [...(await taken[kind].log(container)).matchAll(/^tick (\d+)$/gm)].length;

    beforeAll(async () => {
      await ensureBusybox(engine.endpoint);
      dataDir = mkdtempSync(join(tmpdir(), 'upgrade-'));
      release = install();
      const before = await PluginProcess.start({ dockerHost: engine.dockerHost, node, dataDir, program: [process.execPath, release.main] });
      try {
        const caller = new PluginCaller(before.url);
        for (const kind of KINDS) {
          const body = toCreateBody(PODS[kind], makeStamp(new Date()));
          started[kind] = new TestPod(caller, body, (await caller.create(body)).PodJID);
        }
        await started.single.untilLogged('tick 2');
        await started.several.untilLogged('letters: 17', 'reader');
        await started.ended.untilPhase('Failed');
        await started.waiting.until(({ containers: [main] }) => main?.state?.waiting?.reason === 'ErrImageNeverPull');
        const crashed = await started.crashing.until(({ containers: [main] }) => (main?.restartCount ?? 0) >= 1 && main?.state?.waiting !== undefined);
        restartsBefore = crashed.containers[0]?.restartCount ?? 0;
        for (const kind of KINDS) idsBefore[kind] = await idsOf(started[kind]);
        expect(await before.stop()).toBe(0);
      } finally {
        await before.remove();
      }
      next = await PluginProcess.start({ dockerHost: engine.dockerHost, node, dataDir });
      const caller = new PluginCaller(next.url);
      for (const kind of KINDS) {
        taken[kind] = new TestPod(caller, started[kind].body, started[kind].jobId);
        taken[kind].view = started[kind].view;
      }
    });
    afterAll(async () => {
      await next?.remove();
      await purgeNode(node, engine.endpoint);
      release.remove();
      rmSync(dataDir, { recursive: true, force: true });
    });

    test.each<[kind: Kind, containers: readonly string[]]>([['single', ['main']], ['several', ['writer', 'reader']]])('%s: it runs on in the same containers, and its log goes on', async (kind, containers) => {
      const status = await taken[kind].untilPhase('Running');
      expect(status.containers.map(({ name, restartCount, state }) => [name, restartCount, state?.running !== undefined])).toEqual(containers.map((name) => [name, 0, true]));
      expect(await idsOf(taken[kind])).toEqual(idsBefore[kind]);
      const [first = ''] = containers;
      const seen = await ticksOf(kind, first);
      await taken[kind].untilLogged(`tick ${seen + 2}\n`, first);
      expect(await taken[kind].log(first)).toMatch(/^tick 1\n/);
    });

    test('several: its files are there', async () => {
      const lines = (await taken.several.log('reader')).trim().split('\n');
      expect(lines.filter((line) => line !== 'letters: 17')).toEqual([]);
    });

    test('ended: what it ended with and what it said are known', async () => {
      expect((await taken.ended.status()).containers.map(({ restartCount, state }) => [restartCount, state?.terminated?.exitCode])).toEqual([[0, 5]]);
      expect(await taken.ended.log()).toBe('last words\n');
    });

    test('waiting: it waits for the same', async () => {
      await taken.waiting.until(({ containers: [main] }) => main?.state?.waiting?.reason === 'ErrImageNeverPull');
      // The same create again is the same pod.
      await taken.waiting.create();
      expect(await idsOf(taken.waiting)).toEqual(idsBefore.waiting);
    });

    test('crashing: its restarts are counted on', async () => {
      expect((await taken.crashing.containerStatus('main')).restartCount).toBeGreaterThanOrEqual(restartsBefore);
      const status = await taken.crashing.until(({ containers: [main] }) => (main?.restartCount ?? 0) > restartsBefore, 90_000);
      expect(status.containers[0]?.lastState?.terminated?.exitCode ?? status.containers[0]?.state?.terminated?.exitCode).toBe(3);
    });

    test('all of them can be deleted, and nothing stays', async () => {
      for (const kind of KINDS) {
        await taken[kind].delete();
        const { containers, volumes } = await objectsOf(`io.kubernetes.pod.uid=${taken[kind].uid}`, engine.endpoint);
        expect([kind, containers, volumes]).toEqual([kind, [], []]);
      }
    });
  });
});
