import { signalName, type PodEvent } from '../../kube/index.js';
import { ailmentOf, type Circumstances, type ContainerReading, type End, hasStartedUp, isInPostStart, isReady, isRunning, type PodReading, startGateOf } from '../decide/index.js';
import type { ObservedContainer } from '../record/index.js';
import { toDuration, toTime } from './texts.js';

/** Of one text from elsewhere: more would not be one line any more. */
const LONGEST_TEXT = 300;

/** What shells and runtimes mean by these codes. */
const CODES: Readonly<Record<number, string>> = { 126: 'a command that cannot be executed', 127: 'a command that is not there' };
const SIGNAL_BASE = 128;

/** Somebody else's words as a part of one line. */
export function inLine(text: string): string {
  const line = text.replace(/[\s\u0085]+/g, ' ').trim();
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}…` : line;
}

/** How an attempt ended, after its container's name: `ended with exit code 3`. */
export function endWords({ spec }: Pick<ContainerReading, 'spec'>, attempt: ObservedContainer, end: End, events: readonly PodEvent[]): string {
  const code = `exit code ${end.exitCode}`;
  switch (end.cause) {
    case 'failedStart':
      return `could not be started (${code}): ${inLine(attempt.error)}`;
    case 'vanished':
      return `was lost (${code}): ${inLine(attempt.error)}`;
    case 'unhealthy':
      return `was stopped because a probe or hook of it failed (${code})${lastComplaint(spec.name, events)}`;
    case 'outside':
      return `was ended by ${toSignal(attempt.endedFromOutside ?? 0)} from outside the cluster (${code})`;
    case 'sandbox':
      return `was stopped because the sandbox of the pod changed (${code})`;
    case 'itself':
      return ownEnd(spec.resources?.limits?.['memory'], attempt, end);
  }
}

function ownEnd(memoryLimit: string | undefined, { oomKilled, terminationMessage }: ObservedContainer, { exitCode, signal }: End): string {
  const words = terminationMessage === undefined ? '' : `, saying: ${inLine(terminationMessage)}`;
  const limit = memoryLimit === undefined ? '' : `, its limit is ${memoryLimit}`;
  if (oomKilled && signal !== undefined) return `was killed for want of memory (OOMKilled, exit code ${exitCode}${limit})${words}`;
  if (oomKilled) return `ended with exit code ${exitCode} after a process in it was killed for want of memory (OOMKilled${limit})${words}`;
  return `ended with exit code ${exitCode}${meaningOf(exitCode)}${words}`;
}

function meaningOf(exitCode: number): string {
  const name = signalName(exitCode - SIGNAL_BASE);
  const meaning = CODES[exitCode] ?? (name && `an end by ${name}`);
  return meaning === undefined ? '' : `, which stands for ${meaning}`;
}

/** Why a container whose turn has come does not run. */
export function whyNotRunning(container: ContainerReading, pod: PodReading, circumstances: Circumstances, events: readonly PodEvent[], now: Date): string {
  const { name, standing, spec, highestAttempt } = container;
  const image = `the image ${inLine(spec.image ?? '')} of ${name}`;
  const gate = startGateOf(container, circumstances, now);
  switch (gate.kind) {
    case 'backOff':
      return `${lastEnd(container, events)}; its next attempt, number ${highestAttempt + 1}, waits for the end of a back-off of ${toDuration(gate.delayMs)} at ${toTime(gate.until)}`;
    case 'imageUnknown':
      return standing.kind === 'ended' ? `${lastEnd(container, events)}; ${image} is looked for, for its next attempt` : `${image} is looked for`;
    case 'imagePulling':
      return `${image} is being pulled${gate.state.message === undefined ? '' : `: ${inLine(gate.state.message)}`}`;
    case 'imageFailed':
      return `${image} cannot be had (${gate.state.reason}): ${inLine(gate.state.message)}; ${triesOf(gate.state)}`;
    case 'createFailed':
      return `${name} cannot be ${standing.kind === 'created' ? 'started' : 'made'}: ${inLine(gate.failure.message)}; ${triesOf(gate.failure)}`;
    case 'open':
      return starting(container, pod, events);
  }
}

function starting(container: ContainerReading, { shared, sandbox }: PodReading, events: readonly PodEvent[]): string {
  const { name, standing } = container;
  if (shared && (sandbox === undefined || !isRunning(sandbox))) return `${name} waits for the sandbox of the pod to run`;
  return standing.kind === 'ended' ? `${lastEnd(container, events)}; its next attempt is about to start` : `${name} is about to start`;
}

function lastEnd(container: ContainerReading, events: readonly PodEvent[]): string {
  const { name, standing } = container;
  return standing.kind === 'ended' ? `${name} ${endWords(container, standing.attempt, standing.end, events)}` : name;
}

export function triesOf({ failures, retryAt }: { readonly failures: number; readonly retryAt: Date }): string {
  return `it has failed ${failures === 1 ? 'once' : `${failures} times`} and is tried again at ${toTime(retryAt)}`;
}

/** What is amiss with a container that runs; `undefined`: nothing. */
export function whyUnwell(container: ContainerReading, events: readonly PodEvent[]): string | undefined {
  const { name, standing } = container;
  if (standing.kind !== 'running') return undefined;
  const ailment = ailmentOf(container);
  if (standing.ofEraBefore || standing.fromBefore) return `${name} is being stopped, because ${standing.fromBefore ? 'the sandbox of the pod is another one now' : 'the whole pod begins again'}`;
  if (standing.attempt.state === 'paused') return `${name} is paused, by somebody else than this plugin: it goes on when it is unpaused`;
  if (ailment !== undefined) return `${name} is being stopped because its ${ailment.hook === undefined ? `${ailment.probe} probe` : 'postStart hook'} failed${lastComplaint(name, events)}`;
  if (isInPostStart(container)) return `the postStart hook of ${name} runs, and ${name} does not count as running before that has ended`;
  if (!hasStartedUp(container)) return `${name} runs, and its startup probe has not succeeded yet${lastComplaint(name, events, 'Startup')}`;
  return isReady(container) ? undefined : `${name} runs, and its readiness probe has not succeeded${lastComplaint(name, events, 'Readiness')}`;
}

/** The newest words of a probe or hook that failed. */
function lastComplaint(container: string, events: readonly PodEvent[], about = ''): string {
  const last = events.findLast((event) => event.container === container && (event.reason === 'Unhealthy' || event.reason === 'FailedPostStartHook') && event.message.startsWith(about));
  return last === undefined ? '' : `: ${inLine(last.message)}`;
}

function toSignal(signal: number): string {
  return signalName(signal) ?? `signal ${signal}`;
}
