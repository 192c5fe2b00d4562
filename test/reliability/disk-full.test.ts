import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeStamp, PluginCaller, type PodFile, toCreateBody } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { objectsOf } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { unmountBelow } from '../support/host-cleanup.js';
import { describeWithOwnEngine, OwnEngine } from '../support/own-engine.js';
import { PluginProcess } from '../support/plugin-process.js';
import { restUntilTerm } from '../support/pod-scripts.js';
import { fillDisk, mountSmallDisk } from '../support/small-disk.js';
import { podFile, shell, shellPod, TestPod } from '../support/test-node.js';
import { countFigure } from '../support/thorough.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(240_000);

/** Room for the test image, a few containers and their logs. */
const ENGINE_MEBIBYTES = 64;
const runs = restUntilTerm(0);
const withFiles = (): PodFile =>
  podFile(
    { volumes: [{ name: 'settings', configMap: { name: 'settings' } }], containers: [shell('main', runs, { volumeMounts: [{ name: 'settings', mountPath: '/settings' }] })] },
    { configMaps: [{ metadata: { name: 'settings', namespace: 'default' }, data: { word: 'word\n' } }] },
  );
const pair = (): PodFile => podFile({ restartPolicy: 'Always', containers: [shell('one', runs), shell('two', 'while :; do echo still here; sleep 0.2; done')] });

describeWithOwnEngine('a disk that is full', () => {
  const directory = mkdtempSync(join(tmpdir(), 'disk-full-'));
  const dataDir = join(directory, 'data');
  let engine: OwnEngine;
  let plugin: PluginProcess;
  let pid: number;
  beforeAll(async () => {
    engine = await OwnEngine.start({ diskMebibytes: ENGINE_MEBIBYTES });
    await ensureBusybox(engine.endpoint);
    mountSmallDisk(dataDir, 1);
    plugin = await PluginProcess.start({ dockerHost: engine.dockerHost, node: 'disk-full', dataDir });
    pid = plugin.pid;
  }, 120_000);
  afterAll(async () => {
    await plugin.remove();
    await engine.remove();
    unmountBelow(directory);
    rmSync(directory, { recursive: true, force: true });
  }, 120_000);

  const caller = (): PluginCaller => new PluginCaller(plugin.url);
  const newPod = (file: PodFile): TestPod => {
    const body = toCreateBody(file, makeStamp(new Date()));
    return new TestPod(caller(), body, body.pod.metadata.uid);
  };
  async function create(file: PodFile): Promise<TestPod> {
    const pod = newPod(file);
    await caller().create(pod.body);
    return pod;
  }
  const leftoversOf = async ({ uid }: TestPod): Promise<number> => {
    const { containers, volumes } = await objectsOf(`io.kubernetes.pod.uid=${uid}`, engine.endpoint);
    return containers.length + volumes.length;
  };
  const allRun = (pod: TestPod) => pod.until(({ containers }) => containers.every(({ state }) => state?.running !== undefined));

  test('of the engine: a create is refused by name, what runs goes on and can be deleted, and with room again all is as before', async () => {
    const stays = [await create(shellPod(runs)), await create(pair())];
    const [goes, goesToo] = [await create(withFiles()), await create(pair())];
    for (const pod of [...stays, goes, goesToo]) await allRun(pod);
    const before = await Promise.all(stays.map((pod) => pod.status()));
    const giveBack = fillDisk(engine.dataRoot);
    try {
      for (const file of [shellPod(runs), withFiles(), pair()]) {
        const refused = newPod(file);
        const refusal: unknown = await caller().create(refused.body).catch((error: unknown) => error);
        expect(refusal).toMatchObject({ status: 500, message: expect.stringMatching(/no space left on device/) as unknown });
        await untilHolds(async () => expect(await leftoversOf(refused)).toBe(0));
      }
      expect(await Promise.all(stays.map((pod) => pod.status()))).toEqual(before);
      expect(await caller().ping()).toHaveProperty('resources');
      for (const pod of [goes, goesToo]) {
        await pod.delete();
        fillDisk(engine.dataRoot); // what it left is taken as well
        expect(await leftoversOf(pod)).toBe(0);
      }
    } finally {
      giveBack();
    }
    const late = await create(withFiles());
    await allRun(late);
    expect(await Promise.all(stays.map((pod) => pod.status()))).toEqual(before);
    for (const pod of [...stays, late]) {
      await pod.delete();
      expect(await leftoversOf(pod)).toBe(0);
    }
    expect(plugin.pid).toBe(pid);
    countFigure({ what: 'the disk of the engine is full', count: 3, unit: 'creates, 2 deletes', outcome: 'refused with 500 that names the disk, nothing left; pods run on; deletes are carried out' });
  });

  test('of the engine, under a pod that is to be restarted: it is tried again until there is room', async () => {
    const pod = await create(shellPod('sleep 2; exit 1', { restartPolicy: 'Always' }));
    await allRun(pod);
    const giveBack = fillDisk(engine.dataRoot);
    try {
      const { containers } = await pod.until(({ containers: [main] }) => main?.state?.waiting !== undefined && /no space left/.test(main.state.waiting.message ?? ''));
      expect(containers[0]).toMatchObject({ restartCount: 0, state: { waiting: { reason: 'CreateContainerError' } } });
    } finally {
      giveBack();
    }
    await pod.until(({ containers: [main] }) => (main?.restartCount ?? 0) > 0, 90_000);
    await pod.delete();
    expect(await leftoversOf(pod)).toBe(0);
  });

  test('of the plugin: deletes are carried out all the same, and the log says what is not safe meanwhile', async () => {
    const pods = [await create(shellPod(runs)), await create(pair())];
    for (const pod of pods) await allRun(pod);
    const giveBack = fillDisk(dataDir);
    const said = (words: RegExp): number => plugin.logLines.filter(({ message }) => words.test(String(message))).length;
    // The last block of the journal has room: deletes of pods that nobody has heard of take it.
    await eventually(async () => {
      await expect(newPod(shellPod(runs)).delete()).rejects.toMatchObject({ status: 404 });
      return said(/journal in DataDir cannot be written/) > 0;
    }, { intervalMs: 0 });
    for (const pod of pods) {
      await pod.delete();
      expect(await leftoversOf(pod)).toBe(0);
    }
    giveBack();
    const late = await create(shellPod(runs));
    await allRun(late);
    await late.delete();
    await untilHolds(() => expect(said(/journal in DataDir is written again/)).toBe(said(/journal in DataDir cannot be written/)));
    expect(plugin.pid).toBe(pid);
    countFigure({ what: 'the disk of the plugin (DataDir) is full', count: pods.length, unit: 'deletes', outcome: 'carried out, and said in the log' });
  });
});
