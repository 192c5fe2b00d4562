import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerStatus } from '../../src/kube/index.js';
import { call } from '../support/endpoint.js';
import { eventually } from '../support/eventually.js';
import { END_FILE, ENDS_MEANWHILE, type Outage, POD_KINDS, type PodKind, strayContainers, wrongOf } from '../support/outage-pods.js';
import type { OwnEngine } from '../support/own-engine.js';
import { describeWithOwnEngine } from '../support/own-engine.js';
import { startOwnNode } from '../support/own-node.js';
import type { SteeredNode } from '../support/steered-node.js';
import { shellPod, type TestPod } from '../support/test-node.js';
import { countFigure, THOROUGH } from '../support/thorough.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(600_000);

const PODS = THOROUGH ? 100 : 10;
/** For so many pods at once on a machine of few cores. */
const DEADLINE = { deadlineMs: 300_000, intervalMs: 1_000 };
/** Longer than any back-off of a restart. */
const BACK_OFF_MS = 301_000;
/** The plugin's own limit for a `/create` without an engine. */
const LONGEST_WAIT_MS = 100_000;

type Restart = [signal: NodeJS.Signals, outage: Outage];
const RESTARTS: readonly Restart[] = [
  ['SIGTERM', 'containers stop'],
  ['SIGKILL', 'containers stop'],
  ['SIGTERM', 'containers run on'],
  ['SIGKILL', 'containers run on'],
  ...(THOROUGH ? ([['SIGKILL', 'containers stop'], ['SIGTERM', 'containers stop']] as const).map(([signal, outage]): Restart => [signal, outage]) : []),
];

interface Watched {
  readonly kind: PodKind;
  pod: TestPod;
  before: readonly ContainerStatus[];
}

describeWithOwnEngine(`an engine restarted ${RESTARTS.length} times under ${PODS} pods`, () => {
  let engine: OwnEngine;
  let node: SteeredNode;
  const watched: Watched[] = [];
  beforeAll(async () => {
    ({ engine, node } = await startOwnNode());
  }, 120_000);
  afterAll(async () => {
    await node.stop();
    await engine.remove();
  }, 300_000);

  const eachPod = (act: (one: Watched) => Promise<void>): Promise<unknown> => Promise.all(watched.map(act));

  /** As many pods of all kinds, each as it is to be when the engine goes; what an outage has ended is replaced. */
  async function makeReady(): Promise<void> {
    for (let i = watched.length; i < PODS; i++) {
      const kind = POD_KINDS[i % POD_KINDS.length];
      if (kind !== undefined) watched.push({ kind, pod: await node.create(kind.file()), before: [] });
    }
    await eachPod(async (one) => {
      const { containers } = await one.pod.status();
      if (one.kind.isReady(containers) || containers.some(({ state }) => state?.terminated === undefined)) return;
      await one.pod.delete();
      one.pod = await node.create(one.kind.file());
    });
    await eachPod(async (one) => {
      one.before = await eventually(async () => {
        const { containers } = await one.pod.status();
        // A probe must not succeed between this look and the outage.
        return one.kind.isReady(containers) && containers.every(({ state, ready }) => state?.running === undefined || ready) && containers;
      }, DEADLINE);
    });
  }

  /** Programs that wait for it end, while no engine looks. */
  async function endMeanwhile(paths: readonly string[]): Promise<void> {
    for (const path of paths) closeSync(openSync(join(path, END_FILE), 'w'));
  }

  async function volumesOfEnding(): Promise<readonly string[]> {
    const { Volumes } = (await call(engine.endpoint, 'GET', '/volumes')).json() as { Volumes: { Name: string; Mountpoint: string }[] };
    const uids = watched.filter(({ kind }) => kind.name === ENDS_MEANWHILE).map(({ pod }) => pod.uid);
    return Volumes.filter(({ Name }) => uids.some((uid) => Name.includes(uid))).map(({ Mountpoint }) => Mountpoint);
  }

  /** Everything that is wrong with them now, as one text a pod. */
  async function allWrong(outage: Outage): Promise<readonly string[]> {
    const wrong: string[] = [];
    await eachPod(async ({ kind, pod, before }) => {
      const { containers } = await pod.status();
      wrong.push(...wrongOf(kind.fate[outage], before, containers).map((what) => `${kind.name}: ${what}`));
    });
    return [...wrong, ...(await strayContainers(node.name, watched.map(({ pod }) => pod), engine.endpoint))];
  }

  test.each(RESTARTS)('by %s, %s: each pod ends as its restartPolicy says, none twice', async (signal, outage) => {
    await engine.reconfigure({ 'live-restore': outage === 'containers run on' });
    await makeReady();
    const volumes = await volumesOfEnding();
    await engine.stop(signal);

    // It is away, not broken: what was seen last is told, and who creates waits.
    if (signal === 'SIGKILL') await eachPod(async ({ pod, before }) => expect((await pod.status()).containers).toEqual(before));
    else await eachPod(async ({ pod, before }) => expect((await pod.status()).containers).toHaveLength(before.length));
    expect(await node.caller.ping()).toHaveProperty('resources');
    const late = node.newPod(shellPod('exit 0'));
    let isAnswered = false;
    const created = node.caller.create(late.body).finally(() => (isAnswered = true));
    await eventually(() => node.clock.isWaitedFor(LONGEST_WAIT_MS - 10_000));
    expect(isAnswered).toBe(false);
    if (outage === 'containers run on') await endMeanwhile(volumes);

    await engine.start();
    await created;
    await late.untilPhase('Succeeded', DEADLINE.deadlineMs);
    await late.delete();
    await untilHolds(async () => {
      const wrong = await allWrong(outage);
      // What waits for its back-off need not wait any longer.
      if (wrong.length > 0) node.clock.advance(BACK_OFF_MS);
      expect(wrong).toEqual([]);
    }, DEADLINE);
    countFigure({ what: `engine restarted by ${signal}, ${outage}`, count: PODS, unit: 'pods', outcome: 'as their restartPolicy says; no container twice, none left' });
  });

  test('a container that runs twice, one of no pod, and a wrong end are each noticed', async () => {
    const [one] = watched;
    if (one === undefined) throw new Error('no pod');
    const names = ['twin', 'stray'];
    const labels = { 'interlink.eu/node': node.name, 'io.kubernetes.container.name': 'main', 'io.kubernetes.docker.type': 'other' };
    for (const [i, uid] of [one.pod.uid, '00000000-0000-4000-8000-000000000000'].entries()) {
      const { Id } = (await call(engine.endpoint, 'POST', `/containers/create?name=${names[i]}`, { body: { Image: 'busybox:1.36', Cmd: ['sleep', '1000'], Labels: { ...labels, 'io.kubernetes.pod.uid': uid } } })).json() as { Id: string };
      await call(engine.endpoint, 'POST', `/containers/${Id}/start`);
    }
    const stray = await strayContainers(node.name, watched.map(({ pod }) => pod), engine.endpoint);
    expect(stray).toEqual(expect.arrayContaining([expect.stringContaining('runs twice'), expect.stringContaining('belongs to no pod')]));
    for (const name of names) await call(engine.endpoint, 'DELETE', `/containers/${name}?force=1`);
    const { containers } = await one.pod.status();
    expect(wrongOf({ kind: 'restarted', lastCodes: [143] }, containers, containers)).toHaveLength(1);
    expect(wrongOf({ kind: 'failed', codes: [143] }, containers, containers)).toHaveLength(1);
    expect(wrongOf({ kind: 'untouched' }, [], containers)).not.toEqual([]);
  });

  test('all are deleted, and nothing of the node is left', async () => {
    await eachPod(({ pod }) => pod.delete());
    expect(await strayContainers(node.name, [], engine.endpoint)).toEqual([]);
    await eachPod(async ({ pod }) => expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 }));
  });
});
