import { chooseAttempt } from '../../../../src/docker/logs/index.js';
import type { ObservedContainer } from '../../../../src/docker/record/index.js';

type Kind = 'dead' | 'running' | 'created' | 'failedStart';

function attempt(number: number, kind: Kind): ObservedContainer {
  const ran = kind === 'dead' || kind === 'running';
  return {
    id: `c${number}`,
    engineName: `k8s_main_p_n_u_${number}`,
    name: 'main',
    attempt: number,
    state: kind === 'dead' ? 'exited' : kind === 'running' ? 'running' : 'created',
    exitCode: 0,
    error: kind === 'failedStart' ? 'no such file' : '',
    oomKilled: false,
    createdAt: '2026-01-01T00:00:00Z',
    imageId: 'sha256:0',
    tty: false,
    ...(ran && { startedAt: '2026-01-01T00:00:01Z' }),
    ...(kind === 'dead' && { finishedAt: '2026-01-01T00:00:02Z' }),
  };
}

test.each<[name: string, kinds: Kind[], waiting: boolean, current: string | undefined, previous: string | undefined]>([
  ['no attempt', [], false, undefined, undefined],
  ['created, not started', ['created'], false, undefined, undefined],
  ['the first one runs', ['running'], false, 'c0', undefined],
  ['the first one ended for good', ['dead'], false, 'c0', undefined],
  ['the second runs', ['dead', 'running'], false, 'c1', 'c0'],
  ['the second ended for good', ['dead', 'dead'], false, 'c1', 'c0'],
  ['back-off after the first', ['dead'], true, 'c0', 'c0'],
  ['back-off after the second', ['dead', 'dead'], true, 'c1', 'c1'],
  ['the next one is created', ['dead', 'created'], false, 'c0', 'c0'],
  ['the second could not start', ['dead', 'failedStart'], false, 'c1', 'c0'],
  ['the first could not start', ['failedStart'], false, 'c0', undefined],
])('%s', (_name, kinds, waiting, current, previous) => {
  const attempts = kinds.map((kind, number) => attempt(number, kind));
  expect(chooseAttempt(attempts, false, waiting)?.id).toBe(current);
  expect(chooseAttempt(attempts, true, waiting)?.id).toBe(previous);
});
