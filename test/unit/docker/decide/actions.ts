import type { PodAction } from '../../../../src/docker/decide/index.js';
import { at } from './build.js';

export const CREATE_SANDBOX: PodAction = { kind: 'createSandbox' };
export const START_SANDBOX: PodAction = { kind: 'startSandbox' };
export const REMOVE_POD: PodAction = { kind: 'removePod' };

export function prepare(container: string): PodAction {
  return { kind: 'prepareImage', container };
}

export function start(container: string, attempt = 0, backOffMs = 0): PodAction {
  return { kind: 'startContainer', container, attempt, backOffMs };
}

export function stop(container: string, graceSeconds: number, why: string, attempt = 0): PodAction {
  return { kind: 'stopContainer', containerId: `${container}-${attempt}`, container, graceSeconds, why };
}

export function remove(container: string, attempt: number): PodAction {
  return { kind: 'removeContainer', containerId: `${container}-${attempt}` };
}

export function waitUntil(seconds: number): PodAction {
  return { kind: 'wait', until: at(seconds) };
}
