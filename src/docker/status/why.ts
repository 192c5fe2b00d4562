import type { PodEvent } from '../../kube/index.js';
import { type ContainerReading, type Grace, hasEnded, initialisationOf, isAtItsEnd, isOver, isReady, isRunning, keptSidecars, type PodReading, readPod, toEnd } from '../decide/index.js';
import { type ObservedContainer, type ObservedPod, SANDBOX } from '../record/index.js';
import type { PodStatusInput } from './pod-status.js';
import { toTime } from './texts.js';
import { endWords, inLine, triesOf, whyNotRunning, whyUnwell } from './why-container.js';
import { STANDSTILL, type Standstill, troubleWords, type WorkTrouble } from './why-stuck.js';

/** What is known of a pod beside that which its status is made of. */
export interface WhyInput extends PodStatusInput {
  /** Oldest first. */
  readonly events: readonly PodEvent[];
  readonly stops: readonly { readonly containerId: string; readonly until: Date; readonly isInHook: boolean }[];
  /** What keeps its worker from going on. */
  readonly trouble?: WorkTrouble | undefined;
  /** When an abandoned pod was last asked about. */
  readonly abandonedSince?: Date | undefined;
  readonly standstill?: Standstill | undefined;
}

/** So many of the containers that something is amiss with are told. */
const MOST_TOLD = 3;

/** Why a pod is in the state it is in, what it waits for, and until when, as one line. Without env values. Pure. */
export function whyOf(input: WhyInput): string {
  const { abandonedSince, standstill } = input;
  const seen = standstill === undefined ? '' : `${STANDSTILL[standstill]}: `;
  const abandoned = abandonedSince === undefined ? '' : `; nobody has asked about it since ${toTime(abandonedSince)}`;
  return `${seen}${bodyOf(input)}${abandoned}`;
}

function bodyOf(input: WhyInput): string {
  const { pod, observed, circumstances, deletion, ending, trouble } = input;
  if (deletion !== undefined) return whyLeaving(deletion, input);
  const failing = trouble === undefined ? '' : `; ${troubleWords('to go on with it', trouble)}`;
  if (ending !== undefined) return `this node has ended it (${ending.reason}): ${inLine(ending.message)}${stillRunning(input, ending, '; ')}${failing}`;
  const reading = readPod(pod, observed, circumstances);
  return `${isAtItsEnd(reading) ? whyOver(reading, input) : whyAlive(reading, input)}${failing}`;
}

function whyLeaving(deletion: Grace, input: WhyInput): string {
  const { trouble } = input;
  const since = `it is being deleted since ${toTime(deletion.since)}`;
  if (trouble !== undefined) return `${since}, which does not come to its end: ${troubleWords('to remove it', trouble)}`;
  return `${since}${stillRunning(input, deletion, ': ') || ': nothing of it runs, and what is left of it is being removed'}`;
}

function stillRunning({ observed, stops, now }: WhyInput, { since, graceSeconds }: Grace, before: string): string {
  const words = runningOf(observed).map(({ id, name }) => {
    const stop = stops.find(({ containerId }) => containerId === id);
    const until = stop?.until ?? new Date(since.getTime() + graceSeconds * 1000);
    if (now > until) return `${name} still runs, though its grace period ended at ${toTime(until)}`;
    return stop?.isInHook ? `${name} is at its preStop hook, and has until ${toTime(until)} to end` : `${name} has until ${toTime(until)} to end`;
  });
  return words.length === 0 ? '' : `${before}${some(words)}`;
}

function runningOf({ containers }: ObservedPod): readonly ObservedContainer[] {
  return [...containers.values()].flat().filter(isRunning);
}

/** Of a pod of which nothing is started any more. */
function whyOver(pod: PodReading, { events }: WhyInput): string {
  const initialisation = initialisationOf(pod);
  if (initialisation.kind === 'failed') return `it has failed: init container ${endOf(initialisation.init, events)}; ${notAgain(pod)}`;
  const failed = pod.mains.filter(({ standing }) => standing.kind !== 'ended' || standing.end.exitCode !== 0);
  const sidecars = pod.inits.filter(({ isSidecar, standing }) => isSidecar && standing.kind === 'running').map(({ name }) => name);
  const left = sidecars.length === 0 ? '' : `; its sidecars are being stopped: ${some(sidecars)}`;
  if (failed.length === 0) return `it has succeeded: ${pod.mains.length === 1 ? 'its container' : 'each of its containers'} ended with exit code 0${left}`;
  return `it has failed: ${some(failed.map((main) => endOf(main, events)))}; ${notAgain(pod)}${left}`;
}

function notAgain({ restartPolicy }: PodReading): string {
  return `it is not tried again (restartPolicy ${restartPolicy})`;
}

/** Of a pod that lives: the first of these that holds. */
function whyAlive(pod: PodReading, input: WhyInput): string {
  return whyNoSandbox(pod, input) ?? whyInitialising(pod, input) ?? whyNotAllRun(pod, input) ?? whyNotAllWell(pod, input) ?? wellWords(pod, input);
}

function whyNoSandbox({ shared, sandbox }: PodReading, { circumstances }: WhyInput): string | undefined {
  const failure = circumstances.createFailures.get(SANDBOX);
  if (failure === undefined || (sandbox !== undefined && (!shared || isRunning(sandbox)))) return undefined;
  return `the sandbox of the pod cannot be made or started: ${inLine(failure.message)}; ${triesOf(failure)}`;
}

function whyInitialising(pod: PodReading, { circumstances, events, now }: WhyInput): string | undefined {
  const initialisation = initialisationOf(pod);
  if (initialisation.kind !== 'pending') return undefined;
  const { init, index } = initialisation;
  const turn = `${init.isSidecar ? 'sidecar' : 'init container'} ${index + 1} of ${pod.inits.length}`;
  const { standing } = init;
  if (standing.kind !== 'running') return `${turn} has its turn: ${whyNotRunning(init, pod, circumstances, events, now)}`;
  const unwell = init.isSidecar || standing.attempt.state === 'paused' ? whyUnwell(init, events) : undefined;
  return `${turn} has its turn: ${unwell ?? `${init.name} runs since ${startOf(standing.attempt)}`}`;
}

/** What is to run now: sidecars and main containers that are not over. */
function dueOf(pod: PodReading): readonly ContainerReading[] {
  return [...keptSidecars(pod, { kind: 'done' }), ...pod.mains.filter((main) => !isOver(main, pod))];
}

function whyNotAllRun(pod: PodReading, { circumstances, events, now }: WhyInput): string | undefined {
  const words = dueOf(pod).filter(({ standing }) => standing.kind !== 'running').map((container) => whyNotRunning(container, pod, circumstances, events, now));
  return words.length === 0 ? undefined : some(words);
}

function whyNotAllWell(pod: PodReading, { events }: WhyInput): string | undefined {
  const words = dueOf(pod).flatMap((container) => whyUnwell(container, events) ?? []);
  return words.length === 0 ? undefined : some(words);
}

function wellWords(pod: PodReading, { events }: WhyInput): string {
  const due = dueOf(pod);
  const ready = due.filter(isReady).map(({ name, standing }) => (standing.kind === 'running' ? `${name} since ${startOf(standing.attempt)}` : name));
  const over = pod.mains.filter((main) => isOver(main, pod)).map((main) => endOf(main, events));
  return [`it runs, and is ready: ${some(ready)}`, ...over, ...due.flatMap((container) => restartWords(container, pod, events))].join('; ');
}

function restartWords(container: ContainerReading, { shared, sandbox }: PodReading, events: readonly PodEvent[]): string[] {
  const { name, highestAttempt, attempts } = container;
  if (highestAttempt <= 0) return [];
  const last = attempts.findLast((attempt) => attempt.attempt < highestAttempt && hasEnded(attempt));
  const why = last === undefined ? '' : `, last after it ${endWords(container, last, toEnd(last, shared ? sandbox : undefined), events)}`;
  return [`${name} has been restarted ${highestAttempt === 1 ? 'once' : `${highestAttempt} times`}${why}`];
}

function endOf(container: ContainerReading, events: readonly PodEvent[]): string {
  const { name, standing } = container;
  return standing.kind === 'ended' ? `${name} ${endWords(container, standing.attempt, standing.end, events)}` : `${name} never ran`;
}

function startOf({ startedAt, createdAt }: ObservedContainer): string {
  return toTime(new Date(startedAt ?? createdAt));
}

function some(words: readonly string[]): string {
  const more = words.length - MOST_TOLD;
  return more > 0 ? `${words.slice(0, MOST_TOLD).join('; ')}; and ${more} more` : words.join('; ');
}
