import { setTimeout as pause } from 'node:timers/promises';
import { PluginRefused, PluginUnreachable } from '../caller/index.js';
import { askNode, nameOfPod, type NodeLine, type NodePodLine } from './node.js';
import { printable } from './printable.js';

const LOOK_MS = 500;

export interface DrainRequest {
  readonly url: string;
  /** Evict nothing: wait until the pods have ended by themselves. */
  readonly waitOnly: boolean;
  readonly timeoutMs: number;
}

/** Where a drain says what it does, and what ends it. */
export interface DrainOutput {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Cordons a node, has its pods evicted, and waits until nothing of them runs. Asked again and again: a pod that was bound to the node
 * before the cluster heard of the cordon may still come.
 * @returns the pods that are left when the time is over; empty: the node is empty
 * @throws PluginRefused, PluginUnreachable; `signal.reason` when aborted
 */
export async function drain({ url, waitOnly, timeoutMs }: DrainRequest, { say, signal }: DrainOutput): Promise<readonly NodePodLine[]> {
  const deadline = Date.now() + timeoutMs;
  let before = await askNode(url, waitOnly ? 'cordon' : 'drain', signal);
  say(`node ${before.node} is cordoned: the cluster is told to send it no more pods`);
  if (!waitOnly && !before.isDurable) say('the plugin has no writable DataDir: should it be restarted now, it starts evicted pods again');
  tell(before, say);
  let silence = '';
  while (!isEmpty(before) && Date.now() < deadline) {
    await pause(Math.min(LOOK_MS, Math.max(deadline - Date.now(), 0)), undefined, { signal }).catch(() => signal.throwIfAborted());
    try {
      const now = await askNode(url, waitOnly ? 'state' : 'drain', signal);
      // A plugin that was restarted knows no pods until it has seen its engine.
      if (!now.isEngineConnected) continue;
      for (const line of changes(before, now)) say(line);
      [before, silence] = [now, ''];
    } catch (error) {
      if (!mayPass(error)) throw error;
      if (error.message !== silence) say(`waiting for the plugin: ${printable(error.message)}`);
      silence = error.message;
    }
  }
  if (isEmpty(before)) say(`nothing runs on node ${before.node} any more`);
  return before.pods;
}

function isEmpty({ pods, isEngineConnected }: NodeLine): boolean {
  return isEngineConnected && pods.length === 0;
}

/** It is being restarted, slow, or its engine is away: evictions go on afterwards. */
function mayPass(error: unknown): error is Error {
  if (error instanceof DOMException) return error.name === 'TimeoutError';
  return error instanceof PluginUnreachable || (error instanceof PluginRefused && error.status === 503);
}

function tell({ pods }: NodeLine, say: (line: string) => void): void {
  for (const pod of pods) say(stateLine(pod));
}

/** What is another than before, a pod a line. Pure. */
export function changes(before: NodeLine, now: NodeLine): readonly string[] {
  const stateOf = ({ pods }: NodeLine, uid: string): string | undefined => pods.find((pod) => pod.uid === uid)?.state;
  const gone = before.pods.filter(({ uid }) => stateOf(now, uid) === undefined);
  const changed = now.pods.filter(({ uid, state }) => stateOf(before, uid) !== state);
  return [...gone.map((pod) => `${printable(nameOfPod(pod))}: ended (${now.pods.length} left)`), ...changed.map(stateLine)];
}

function stateLine(pod: NodePodLine): string {
  const line = `${printable(nameOfPod(pod))}: ${printable(pod.state)}`;
  if (pod.state !== 'unknown') return line;
  return `${line}, as the plugin has no record of it and evicts nothing: look at docker ps --filter label=io.kubernetes.pod.uid=${printable(pod.uid)}, and remove what is yours`;
}
