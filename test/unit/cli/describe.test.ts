import { FIRST_VIEW, PluginRefused, PluginUnreachable } from '../../../src/caller/index.js';
import type { CallerView } from '../../../src/caller/index.js';
import { describeView, exitCodeOf, explainFailure } from '../../../src/cli/index.js';
import type { ContainerState, ContainerStatus, PodPhase } from '../../../src/kube/index.js';

const URL = 'http://127.0.0.1:4000';

function status(name: string, state: ContainerState, restartCount = 0): ContainerStatus {
  return { name, image: 'i', imageID: '', ready: false, restartCount, state };
}

function view(phase: PodPhase, mains: ContainerStatus[], inits: ContainerStatus[] = []): CallerView {
  return { phase, reason: '', containers: mains, initContainers: inits };
}

const ended = (exitCode: number, message?: string): ContainerState => ({ terminated: { exitCode, ...(message && { message }) } });

test.each<[view: CallerView, line: string]>([
  [FIRST_VIEW, 'Pending'],
  [view('Pending', [status('a', { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x"\nmore' } })]),
    'Pending: a waiting (ImagePullBackOff: Back-off pulling image "x")'],
  [view('Running', [status('a', { running: {} }, 1), status('b', {})]), 'Running: a running after 1 restart, b waiting'],
  [view('Failed', [status('a', ended(137, 'OOMKilled'), 2)], [status('i', ended(0))]),
    'Failed: i ended with exit code 0, a ended with exit code 137 (OOMKilled) after 2 restarts'],
])('says it in one line (%#)', (given, line) => {
  expect(describeView(given)).toBe(line);
});

test.each<[name: string, view: CallerView, code: number]>([
  ['Succeeded', view('Succeeded', [status('a', ended(0))]), 0],
  ['the first failure', view('Failed', [status('a', ended(0)), status('b', ended(3)), status('c', ended(4))]), 3],
  ["an init container's before a main one's", view('Failed', [status('a', ended(1))], [status('i', ended(7))]), 7],
  ['Failed without a code', view('Failed', [status('a', {})]), 1],
  ['a code that does not fit', view('Failed', [status('a', ended(256))]), 1],
  ['a large code', view('Failed', [status('a', ended(259))]), 3],
])('exit code: %s', (_name, given, code) => {
  expect(exitCodeOf(given)).toBe(code);
});

test.each<[error: unknown, sentence: RegExp]>([
  [new PluginUnreachable('POST /create', 'ECONNREFUSED', 'x'), /^No plugin listens at http:\/\/127\.0\.0\.1:4000: start one with "interlink-docker serve"/],
  [new PluginUnreachable('POST /create', 'ENOENT', 'x'), /^No plugin listens/],
  [new PluginUnreachable('POST /create', 'EACCES', 'x'), /may not open/],
  [new PluginUnreachable('GET /status', 'ECONNRESET', 'socket hang up'), /did not answer GET \/status \(socket hang up\)/],
  [new PluginRefused('POST /create', 403, 'spec.hostNetwork: not here'), /refused POST \/create \(HTTP 403\): spec\.hostNetwork: not here$/],
  [new PluginRefused('POST /create', 503, 'away'), /failed at POST \/create \(HTTP 503\): away$/],
  [new Error('plain'), /^plain$/],
])('explains %s', (error, sentence) => {
  expect(explainFailure(error, URL)).toMatch(sentence);
});
