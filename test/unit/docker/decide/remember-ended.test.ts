import { decide, rememberEnded } from '../../../../src/docker/decide/index.js';
import type { ObservedContainer, ObservedPod } from '../../../../src/docker/record/index.js';
import { at, container, desired, exited, failedStart, known, observed, PRESENT, running, SANDBOX_IDLE, time } from './build.js';

const NOTHING: ReadonlyMap<string, ObservedContainer> = new Map();
const ended = exited('main', 0);

test.each<[name: string, before: ObservedPod | undefined, after: ObservedPod, expected: Partial<ObservedContainer> | undefined]>([
  ['an ended attempt', undefined, observed(SANDBOX_IDLE, ended), ended],
  ['the newest of them', undefined, observed(SANDBOX_IDLE, ended, exited('main', 1, { attempt: 1 })), { attempt: 1 }],
  ['one that ended before another runs', undefined, observed(SANDBOX_IDLE, ended, running('main', { attempt: 1 })), { attempt: 0 }],
  ['a start that failed', undefined, observed(SANDBOX_IDLE, failedStart('main', 127)), { exitCode: 127 }],
  ['not one that runs', undefined, observed(SANDBOX_IDLE, running('main')), undefined],
  ['not one that is only made', undefined, observed(SANDBOX_IDLE, container('main')), undefined],
  ['one that vanished while it ran, as unknown', observed(SANDBOX_IDLE, running('main')), observed(SANDBOX_IDLE), { exitCode: 137, finishedAt: time(99) }],
  ['not one that vanished before it ran', observed(SANDBOX_IDLE, container('main')), observed(SANDBOX_IDLE), undefined],
  ['the true end of one that is still there', observed(SANDBOX_IDLE, running('main')), observed(SANDBOX_IDLE, ended), ended],
])('remembers %s', (_name, before, after, expected) => {
  const remembered = rememberEnded(NOTHING, before, after, at(99)).get('main');
  if (expected === undefined) expect(remembered).toBeUndefined();
  else expect(remembered).toMatchObject(expected);
});

test('keeps what was pruned, and does not go back to an older attempt', () => {
  const first = rememberEnded(NOTHING, undefined, observed(SANDBOX_IDLE, exited('main', 0, { attempt: 4 })), at(0));
  const second = rememberEnded(first, undefined, observed(SANDBOX_IDLE, exited('main', 1, { attempt: 3 })), at(1));
  expect(second.get('main')).toMatchObject({ attempt: 4, exitCode: 0 });
});

test.each<['Always' | 'OnFailure' | 'Never', number]>([
  ['Always', 1],
  ['OnFailure', 1],
  ['Never', 0],
])('a vanished container is restarted under %s: %i', (restartPolicy, starts) => {
  const gone = rememberEnded(NOTHING, observed(SANDBOX_IDLE, running('main')), observed(SANDBOX_IDLE), at(20));
  const circumstances = { ...known({ images: { main: PRESENT } }), ended: gone };
  const actions = decide(desired({ restartPolicy }), observed(SANDBOX_IDLE), circumstances, at(25));
  expect(actions.filter((action) => action.kind === 'startContainer' && action.attempt === 1)).toHaveLength(starts);
});
