import { type Circumstances, decide, type PodAction } from '../../../../src/docker/decide/index.js';
import type { ObservedPod } from '../../../../src/docker/record/index.js';
import type { Container } from '../../../../src/kube/index.js';
import { remove, start, stop, waitUntil } from './actions.js';
import { at, container, type ContainerShape, desired, exited, failedStart, known, observed, present, PRESENT, running, SANDBOX_IDLE, SANDBOX_UP, SANDBOX_UP_AGAIN, sidecar, time } from './build.js';

type Policy = 'Always' | 'OnFailure' | 'Never';
type Rules = NonNullable<Container['restartPolicyRules']>;
const on = (operator: string, values: number[], action = 'Restart'): Rules[number] => ({ action, exitCodes: { operator, values } });

/** Exit codes after which a main container is started again. */
function restartedAfter(pod: Policy, own: Policy | undefined, rules: Rules = []): number[] {
  const main = { name: 'main', ...(own && { restartPolicy: own }), restartPolicyRules: rules };
  const codes = [0, 1, 42, 137];
  return codes.filter((code) => decide(desired({ restartPolicy: pod, mains: [main] }), observed(SANDBOX_IDLE, exited('main', code)), present('main'), at(25)).length > 0);
}

describe('a container with a restart policy of its own', () => {
  test.each<[pod: Policy, own: Policy | undefined, rules: Rules, restarted: number[]]>([
    ['Never', undefined, [], []],
    ['Never', 'Always', [], [0, 1, 42, 137]],
    ['Never', 'OnFailure', [], [1, 42, 137]],
    ['Always', 'Never', [], []],
    ['Always', 'OnFailure', [], [1, 42, 137]],
    ['Never', 'Never', [on('In', [42])], [42]],
    ['Never', 'Never', [on('In', [0, 42])], [0, 42]],
    ['Never', 'Never', [on('NotIn', [0, 42])], [1, 137]],
    ['Always', 'Never', [on('In', [1]), on('In', [42])], [1, 42]],
    ['Never', 'OnFailure', [on('In', [0])], [0, 1, 42, 137]],
    ['Never', 'Never', [on('Near', [42]), on('In', [])], []],
    ['Never', 'Never', [on('In', [42], 'Dance')], []],
  ].map(([pod, own, rules, restarted]) => [pod, own, rules, restarted] as [Policy, Policy | undefined, Rules, number[]]))('pod %s, its own %s, rules %j: restarted after %j', (pod, own, rules, restarted) => {
    expect(restartedAfter(pod, own, rules)).toEqual(restarted);
  });

  test('the pod is over when each of them is, by its own', () => {
    const mains = [{ name: 'a', restartPolicy: 'Never' }, { name: 'b', restartPolicy: 'OnFailure' }];
    expect(decide(desired({ restartPolicy: 'Always', mains }), observed(SANDBOX_UP, exited('a', 1), exited('b', 0)), present('a', 'b'), at(25))).toEqual([stop('POD', 0, 'the pod has ended')]);
  });

  test.each<[name: string, init: ContainerShape, policy: Policy, expected: PodAction[]]>([
    ['Never under Always: it fails the pod', { name: 'one', restartPolicy: 'Never' }, 'Always', [stop('POD', 0, 'the pod has ended')]],
    ['OnFailure under Never: it is tried again', { name: 'one', restartPolicy: 'OnFailure' }, 'Never', [start('one', 1)]],
    ['a rule under Never', { name: 'one', restartPolicy: 'Never', restartPolicyRules: [on('In', [3])] }, 'Never', [start('one', 1)]],
    ['a rule that does not fit', { name: 'one', restartPolicy: 'Never', restartPolicyRules: [on('In', [4])] }, 'Never', [stop('POD', 0, 'the pod has ended')]],
  ])('an init container that failed, %s', (_name, init, restartPolicy, expected) => {
    expect(decide(desired({ restartPolicy, inits: [init] }), observed(SANDBOX_UP, exited('one', 3)), present('one', 'main'), at(25))).toEqual(expected);
  });
});

describe('RestartAllContainers', () => {
  const ALL = [on('In', [88], 'RestartAllContainers')];
  const SPEC = { restartPolicy: 'Never', inits: ['one', sidecar('watch', { restartPolicyRules: ALL })], mains: ['a', { name: 'b', restartPolicy: 'Never', restartPolicyRules: ALL }] } as const;
  const images = present('one', 'watch', 'a', 'b');
  const one = exited('one', 0, { startedAt: time(2), finishedAt: time(3) });
  const called = exited('watch', 88);
  const kill = (name: string) => stop(name, 0, 'RestartAllContainers');
  const killed = (name: string) => exited(name, 137, { finishedAt: time(21) });
  const next = { attempt: 1, era: 'watch-0', startedAt: time(24) };
  const oneAgain = exited('one', 0, { ...next, startedAt: time(22), finishedAt: time(23) });
  const failedAgain = (attempt: number, exitCode = 1) => exited('watch', exitCode, { ...next, attempt, finishedAt: time(24) });
  const startNew = (name: string, attempt = 1, backOffMs = 0, era = 'watch-0'): PodAction => ({ kind: 'startContainer', container: name, attempt, backOffMs, era });
  test.each<[name: string, seen: ObservedPod, circumstances: Circumstances, expected: PodAction[]]>([
    ['what runs is ended at once, and nothing starts meanwhile', observed(SANDBOX_UP, one, called, running('a'), running('b')), images, [kill('a'), kill('b')]],
    ['also what has just started: its start was under way', observed(SANDBOX_UP, one, called, killed('a'), running('b', { startedAt: time(20.2) })), images, [kill('b')]],
    ['then the first init container, whatever the policy', observed(SANDBOX_UP, one, called, killed('a'), killed('b')), images, [startNew('one')]],
    ['then the sidecar that called for it', observed(SANDBOX_UP, one, oneAgain, called, killed('a'), killed('b')), images, [startNew('watch')]],
    ['then the main ones, also one that had succeeded', observed(SANDBOX_UP, oneAgain, called, running('watch', next), exited('a', 0), killed('b')), images, [startNew('a'), startNew('b')]],
    ['called for by a main container', observed(SANDBOX_UP, one, running('watch'), exited('a', 0), exited('b', 88)), images, [kill('watch')]],
    ['what runs since is left alone', observed(SANDBOX_UP, oneAgain, called, running('watch', next), running('a', next), killed('b')), images, [startNew('b')]],
    ['what was made before and never started is made anew', observed(SANDBOX_UP, oneAgain, called, running('watch', next), killed('a'), container('b')), images, [remove('b', 0), startNew('a')]],
    ['a back-off of each, as ever', observed(SANDBOX_UP, { ...one, attempt: 1 }, called, killed('a'), killed('b')), images, [startNew('one', 2, 10_000)]],
    ['what calls for it stays on the engine', observed(SANDBOX_UP, oneAgain, called, failedAgain(1), failedAgain(2), killed('a'), killed('b')), images, [waitUntil(44)]],
    ['and goes when there is a newer one', observed(SANDBOX_UP, oneAgain, called, failedAgain(1), failedAgain(2, 88), killed('a'), killed('b')), images, [remove('watch', 0), startNew('one', 2, 10_000, 'watch-2')]],
    ['a sidecar that the pod stopped at its end calls for nothing', observed(SANDBOX_UP, one, exited('watch', 88, { finishedAt: time(22) }), exited('a', 0), exited('b', 0)), images, [stop('POD', 0, 'the pod has ended')]],
    ['a failed start can call for it', observed(SANDBOX_UP, one, failedStart('watch', 88), running('a')), images, [kill('a')]],
    ['what was stopped as the sandbox changed does not', observed(SANDBOX_UP_AGAIN, one, exited('watch', 88, { finishedAt: time(45) })), images, [start('watch', 1)]],
    ['pruned, it is remembered', observed(SANDBOX_UP, one, running('a')), known({ images: { one: PRESENT }, ended: [called] }), [kill('a')]],
  ])('%s', (_name, seen, circumstances, expected) => {
    expect(decide(desired(SPEC), seen, circumstances, at(33))).toEqual(expected);
  });

  test('a sidecar that was stopped as an init container failed calls for nothing', () => {
    const wanted = desired({ ...SPEC, inits: [...SPEC.inits].reverse() });
    expect(decide(wanted, observed(SANDBOX_UP, called, exited('one', 3, { startedAt: time(12), finishedAt: time(15) })), images, at(33))).toEqual([stop('POD', 0, 'the pod has ended')]);
  });
});
