import type { CallerView } from '../caller/index.js';
import type { ContainerStatus } from '../kube/index.js';

/** One line about a pod's state: its phase, then every container. */
export function describeView({ phase, initContainers, containers }: CallerView): string {
  const states = [...initContainers, ...containers].map(describeContainer);
  return states.length > 0 ? `${phase}: ${states.join(', ')}` : phase;
}

/** Exit code of a pod that has ended: the first that is not 0, init containers first. */
export function exitCodeOf({ phase, initContainers, containers }: CallerView): number {
  if (phase === 'Succeeded') return 0;
  const codes = [...initContainers, ...containers].map(({ state }) => state?.terminated?.exitCode ?? 0);
  const code = codes.find((exitCode) => exitCode !== 0) ?? 1;
  // A process can hand on one byte; what does not fit must not turn into 0.
  return code & 0xff || 1;
}

function describeContainer({ name, state, restartCount }: ContainerStatus): string {
  const restarts = restartCount > 0 ? ` after ${restartCount} restart${restartCount > 1 ? 's' : ''}` : '';
  return `${name} ${describeState(state)}${restarts}`;
}

function describeState(state: ContainerStatus['state']): string {
  if (state?.terminated) return `ended with exit code ${state.terminated.exitCode}${inBrackets([state.terminated.message])}`;
  if (state?.running) return 'running';
  return `waiting${inBrackets([state?.waiting?.reason, state?.waiting?.message])}`;
}

/** The first line of each text that is there. */
function inBrackets(texts: readonly (string | undefined)[]): string {
  const lines = texts.flatMap((text) => (text ? [text.trim().split('\n', 1)[0]] : []));
  return lines.length > 0 ? ` (${lines.join(': ')})` : '';
}
