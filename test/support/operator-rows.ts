import type { PodFile } from '../../src/caller/index.js';
import type { ContainerStatus } from '../../src/kube/index.js';
import type { PodStatusJson } from '../../src/wire/index.js';
import { restUntilTerm } from './pod-scripts.js';
import { podFile, shell, shellPod } from './test-node.js';

/** What an operator's `docker` asks of the engine about one container. */
export const ACTIONS = {
  'rm -f': ['DELETE', '?force=1'],
  stop: ['POST', '/stop?t=1'],
  kill: ['POST', '/kill'],
  pause: ['POST', '/pause'],
  unpause: ['POST', '/unpause'],
  restart: ['POST', '/restart?t=1'],
  start: ['POST', '/start'],
  rename: ['POST', '/rename?name=somebodys-'],
} as const;
export type Action = keyof typeof ACTIONS;

const runs = restUntilTerm(0);
type Policy = 'Always' | 'OnFailure' | 'Never';
const single = (restartPolicy: Policy) => () => shellPod(runs, { restartPolicy });
const pair = (restartPolicy: Policy) => () => podFile({ restartPolicy, containers: [shell('main', runs), shell('other', runs)] });
const initialising = (restartPolicy: Policy) => () =>
  podFile({
    restartPolicy,
    volumes: [{ name: 'work', emptyDir: {} }],
    initContainers: [shell('init', `[ -e /work/again ] || { touch /work/again; ${runs}; }`, { volumeMounts: [{ name: 'work', mountPath: '/work' }] })],
    containers: [shell('main', runs)],
  });

type Expectation = (now: PodStatusJson, before: PodStatusJson) => void;
/** One container's own words. */
export const named = ({ containers, initContainers }: PodStatusJson, name: string): ContainerStatus | undefined => [...containers, ...initContainers].find((one) => one.name === name);
/** As it was before, of one container or of all. */
export const untouched = (name?: string): Expectation => (now, before) => (name === undefined ? expect(now.containers).toEqual(before.containers) : expect(named(now, name)).toEqual(named(before, name)));
const runsAgain = (name = 'main', restartCount = 1): Expectation => (now) => expect(named(now, name)).toMatchObject({ restartCount, state: { running: {} } });
const hasEnded = (name = 'main', codes = [137, 143]): Expectation => (now) => {
  expect(named(now, name)).toMatchObject({ restartCount: 0 });
  expect(codes).toContain(named(now, name)?.state?.terminated?.exitCode);
};
const all = (...expectations: readonly Expectation[]): Expectation => (now, before) => expectations.forEach((expectation) => expectation(now, before));

/** Somebody does something to a container of a pod, and what is to come of it. */
export interface Row {
  readonly actions: readonly Action[];
  readonly target: 'main' | 'sandbox' | 'init';
  readonly of: string;
  readonly file: () => PodFile;
  readonly then: string;
  readonly expected: Expectation;
}

const row = (actions: readonly Action[], target: Row['target'], of: string, file: Row['file'], then: string, expected: Expectation): Row => ({ actions, target, of, file, then, expected });

/** While the plugin runs. */
export const ROWS: readonly Row[] = [
  row(['rm -f'], 'sandbox', 'a single container, Always', single('Always'), 'nothing happens to it', untouched()),
  row(['rm -f'], 'sandbox', 'a single container, Never', single('Never'), 'nothing happens to it', untouched()),
  row(['rename', 'rm -f'], 'sandbox', 'a single container', single('Always'), 'nothing happens to it', untouched()),
  row(['pause'], 'main', 'a single container', single('Never'), 'it counts as running', untouched()),
  row(['pause', 'unpause'], 'main', 'a single container', single('Never'), 'it goes on', untouched()),
  row(['stop'], 'main', 'a single container, OnFailure', single('OnFailure'), 'it is restarted', runsAgain()),
  row(['rename'], 'main', 'a single container', single('Always'), 'nothing happens to it', untouched()),
  row(['pause'], 'sandbox', 'several containers', pair('Always'), 'nothing happens to them', untouched()),
  row(['pause', 'unpause'], 'sandbox', 'several containers', pair('Always'), 'nothing happens to them', untouched()),
  row(['pause', 'rm -f'], 'sandbox', 'several containers', pair('Always'), 'all are restarted', all(runsAgain('main'), runsAgain('other'))),
  row(['restart'], 'sandbox', 'several containers', pair('Always'), 'all are restarted', all(runsAgain('main'), runsAgain('other'))),
  row(['rename', 'rm -f'], 'sandbox', 'several containers', pair('Always'), 'all are restarted', all(runsAgain('main'), runsAgain('other'))),
  row(['rm -f'], 'sandbox', 'several containers, OnFailure', pair('OnFailure'), 'all are restarted', all(runsAgain('main'), runsAgain('other'))),
  row(['rm -f'], 'main', 'several containers, Always', pair('Always'), 'it alone is restarted', all(runsAgain('main'), untouched('other'))),
  row(['rm -f'], 'main', 'several containers, Never', pair('Never'), 'it has ended, the other runs on', all(hasEnded('main'), untouched('other'))),
  row(['pause', 'rm -f'], 'main', 'several containers, Always', pair('Always'), 'it alone is restarted', all(runsAgain('main'), untouched('other'))),
  row(['rename', 'kill'], 'main', 'several containers, Always', pair('Always'), 'it alone is restarted', all(runsAgain('main'), untouched('other'))),
  row(['pause', 'unpause'], 'init', 'a pod that initialises', initialising('Always'), 'it goes on', untouched('init')),
  row(['kill'], 'init', 'a pod that initialises, Always', initialising('Always'), 'it is run again, then the rest', all(runsAgain('main', 0))),
  row(['rm -f'], 'init', 'a pod that initialises, OnFailure', initialising('OnFailure'), 'it is run again, then the rest', all(runsAgain('main', 0))),
  row(['rm -f'], 'init', 'a pod that initialises, Never', initialising('Never'), 'the pod has failed', hasEnded('init')),
  row(['rm -f'], 'sandbox', 'a pod that initialises, Always', initialising('Always'), 'it begins again', runsAgain('main', 0)),
];

/** What `docker restart` and `docker start` do is the engine's own start: whichever attempt it is, one runs. */
export const BY_ENGINE: readonly Row[] = [row(['restart'], 'main', 'a single container, Always', single('Always'), 'one attempt runs', (now) => expect(now.containers).toMatchObject([{ state: { running: {} } }]))];

/** While no plugin looks nobody tells why something ended. */
export const UNSEEN: readonly Row[] = [
  row(['rm -f'], 'sandbox', 'a single container, Always', single('Always'), 'nothing happens to it', untouched()),
  row(['rm -f'], 'sandbox', 'a single container, Never', single('Never'), 'nothing happens to it', untouched()),
  row(['kill'], 'main', 'a single container, Always', single('Always'), 'it is restarted', runsAgain()),
  row(['kill'], 'main', 'a single container, Never', single('Never'), 'it has ended', hasEnded()),
  row(['pause'], 'main', 'a single container', single('Never'), 'it counts as running', untouched()),
  row(['rename'], 'main', 'a single container', single('Always'), 'nothing happens to it', untouched()),
  row(['rename'], 'sandbox', 'several containers', pair('Always'), 'nothing happens to them', untouched()),
  row(['pause'], 'sandbox', 'several containers', pair('Always'), 'nothing happens to them', untouched()),
  row(['kill'], 'sandbox', 'several containers, Always', pair('Always'), 'all are restarted', all(runsAgain('main'), runsAgain('other'))),
  row(['rm -f'], 'sandbox', 'several containers, Always', pair('Always'), 'all are restarted', all(runsAgain('main'), runsAgain('other'))),
  row(['kill'], 'sandbox', 'several containers, Never', pair('Never'), 'all have ended', all(hasEnded('main'), hasEnded('other'))),
  row(['kill'], 'main', 'several containers, Always', pair('Always'), 'it alone is restarted', all(runsAgain('main'), untouched('other'))),
];

/** What is to be noticed: this is not what comes of it. */
export const MISTAKEN: Row = row(['kill'], 'main', 'a single container, Never', single('Never'), 'it is restarted', runsAgain());
