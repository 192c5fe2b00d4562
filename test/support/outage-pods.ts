import { call, type Endpoint } from './endpoint.js';
import { restUntilTerm } from './pod-scripts.js';
import { podFile, shell, shellPod, type TestPod } from './test-node.js';
import type { PodFile } from '../../src/caller/index.js';
import type { ContainerStatus } from '../../src/kube/index.js';

/** What happens to the processes of an engine that is stopped. */
export type Outage = 'containers stop' | 'containers run on';

/** What has to come of a pod by its restartPolicy and its program. */
export type Fate =
  /** Each container runs again, counted once. */
  | { readonly kind: 'restarted'; readonly lastCodes: readonly number[] }
  /** Ended, and failed, with one of these codes. */
  | { readonly kind: 'failed'; readonly codes: readonly number[] }
  /** As it was. */
  | { readonly kind: 'untouched' };

export interface PodKind {
  readonly name: string;
  readonly file: () => PodFile;
  /** Of a pod that is as `isReady` says when the engine goes. */
  readonly fate: Readonly<Record<Outage, Fate>>;
  readonly isReady: (containers: readonly ContainerStatus[]) => boolean;
}

const STOPPED: readonly number[] = [143, 137];
const UNTOUCHED: Fate = { kind: 'untouched' };
const restarted = (...lastCodes: number[]): PodKind['fate'] => ({ 'containers stop': { kind: 'restarted', lastCodes }, 'containers run on': UNTOUCHED });
const failed = (...codes: number[]): PodKind['fate'] => ({ 'containers stop': { kind: 'failed', codes }, 'containers run on': UNTOUCHED });
const NEVER_TOUCHED: PodKind['fate'] = { 'containers stop': UNTOUCHED, 'containers run on': UNTOUCHED };

const allRun = (containers: readonly ContainerStatus[]): boolean => containers.every(({ state }) => state?.running !== undefined);
const allEnded = (containers: readonly ContainerStatus[]): boolean => containers.every(({ state }) => state?.terminated !== undefined);

const work = { volumes: [{ name: 'work', emptyDir: {} }] };
const volumeMounts = [{ name: 'work', mountPath: '/work' }];
/** A file in the volume of a pod of `ENDS_MEANWHILE`, by which its program is made to end. */
export const END_FILE = 'end';
export const ENDS_MEANWHILE = 'Never, ends while the engine is away';

export const POD_KINDS: readonly PodKind[] = [
  { name: 'Always, traps TERM and exits 0', file: () => shellPod(restUntilTerm(0), { restartPolicy: 'Always' }), fate: restarted(...STOPPED), isReady: allRun },
  { name: 'Never, traps TERM and exits 0', file: () => shellPod(restUntilTerm(0)), fate: failed(...STOPPED), isReady: allRun },
  { name: 'OnFailure, traps TERM and exits 0', file: () => shellPod(restUntilTerm(0), { restartPolicy: 'OnFailure' }), fate: restarted(...STOPPED), isReady: allRun },
  {
    name: 'Always, two containers',
    file: () => podFile({ restartPolicy: 'Always', containers: [shell('one', restUntilTerm(0)), shell('two', restUntilTerm(3))] }),
    fate: restarted(...STOPPED, 3),
    isReady: allRun,
  },
  { name: 'Never, has succeeded', file: () => shellPod('exit 0'), fate: NEVER_TOUCHED, isReady: allEnded },
  { name: 'Never, traps TERM and exits 3', file: () => shellPod(restUntilTerm(3)), fate: failed(3), isReady: allRun },
  {
    name: ENDS_MEANWHILE,
    file: () => podFile({ ...work, containers: [shell('main', `until [ -e /work/${END_FILE} ]; do sleep 0.5; done; exit 5`, { volumeMounts })] }),
    // A program that listens to nothing.
    fate: { 'containers stop': { kind: 'failed', codes: [137] }, 'containers run on': { kind: 'failed', codes: [5] } },
    isReady: allRun,
  },
  {
    name: 'Always, with init and probe',
    file: () =>
      podFile({
        restartPolicy: 'Always',
        ...work,
        initContainers: [shell('init', 'echo x >> /work/inits', { volumeMounts })],
        containers: [shell('main', restUntilTerm(0), { volumeMounts, readinessProbe: { exec: { command: ['test', '-e', '/work/inits'] }, periodSeconds: 5, timeoutSeconds: 60 } })],
      }),
    fate: restarted(...STOPPED),
    isReady: allRun,
  },
  { name: 'Never, has failed', file: () => shellPod('exit 3'), fate: NEVER_TOUCHED, isReady: allEnded },
  { name: 'OnFailure, traps TERM and exits 3', file: () => shellPod(restUntilTerm(3), { restartPolicy: 'OnFailure' }), fate: restarted(3), isReady: allRun },
];

/** What is wrong with a pod after an outage, in words; nothing where all is as its kind says. */
export function wrongOf(fate: Fate, before: readonly ContainerStatus[], after: readonly ContainerStatus[]): readonly string[] {
  const wrong = after.length === before.length ? [] : [`${before.length} containers before, ${after.length} after`];
  return [...wrong, ...after.flatMap((now, i) => wrongOfContainer(fate, before[i], now).map((what) => `${now.name} ${what}: ${JSON.stringify(now)}`))];
}

function wrongOfContainer(fate: Fate, before: ContainerStatus | undefined, now: ContainerStatus): readonly string[] {
  const was = before?.restartCount ?? 0;
  const code = now.state?.terminated?.exitCode ?? 0;
  switch (fate.kind) {
    case 'restarted':
      if (now.state?.running === undefined) return ['does not run'];
      if (now.restartCount !== was + 1) return [`was restarted ${now.restartCount - was} times`];
      return fate.lastCodes.includes(now.lastState?.terminated?.exitCode ?? 0) ? [] : ['ended with another code before'];
    case 'failed':
      if (now.state?.terminated === undefined || now.restartCount !== was) return ['is not the one that has ended'];
      return fate.codes.includes(code) ? [] : [`has ended with ${code}, not with ${fate.codes.join(' or ')}`];
    case 'untouched':
      return JSON.stringify({ ...now, ready: true }) === JSON.stringify({ ...before, ready: true }) ? [] : [`is not as it was, ${JSON.stringify(before)}`];
  }
}

interface Row {
  readonly State: string;
  readonly Names: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
}

/** Containers of a node that run twice, or that belong to none of these pods. */
export async function strayContainers(node: string, pods: readonly TestPod[], engine: Endpoint): Promise<readonly string[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`interlink.eu/node=${node}`] }));
  const rows = ((await call(engine, 'GET', `/containers/json?all=1&filters=${filters}`)).json() as Row[]).filter(({ Labels }) => Labels['io.kubernetes.pod.uid'] !== undefined);
  const known = new Set(pods.map(({ uid }) => uid));
  const stray = rows.filter(({ Labels }) => !known.has(Labels['io.kubernetes.pod.uid'] ?? '')).map(({ Names }) => `${Names.join()} belongs to no pod`);
  const placeOf = ({ Labels }: Row): string => `${Labels['io.kubernetes.pod.uid']} ${Labels['io.kubernetes.container.name']}`;
  const places = rows.filter(({ State }) => State === 'running').map(placeOf);
  return [...stray, ...places.filter((place, i) => places.indexOf(place) !== i).map((place) => `${place} runs twice`)];
}
