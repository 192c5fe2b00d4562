import { type Circumstances, decide, type DesiredPod, isFinished, type PodAction } from '../../../../src/docker/decide/index.js';
import type { ObservedPod } from '../../../../src/docker/record/index.js';
import { prepare, REMOVE_POD, start, stop, waitUntil } from './actions.js';
import { at, container, desired, exited, known, observed, present, running, SANDBOX_ENDED, SANDBOX_UP, SANDBOX_UP_AGAIN, sidecar, time } from './build.js';

const SPEC = { inits: ['one', sidecar('proxy'), 'two', sidecar('log')], mains: ['a', 'b'] } as const;
const ALL = present('one', 'proxy', 'two', 'log', 'a', 'b');
const ENDED = 'the pod has ended';
const END = stop('POD', 0, ENDED);
const DONE = [exited('one', 0), exited('two', 0)] as const;
type Case = [name: string, seen: ObservedPod, circumstances: Circumstances, expected: PodAction[]];

/** Decided at second 25. */
function decideUnder(restartPolicy: 'Always' | 'OnFailure' | 'Never') {
  return (...[, seen, circumstances, expected]: Case): void => {
    expect(decide(desired({ ...SPEC, restartPolicy }), seen, circumstances, at(25))).toEqual(expected);
  };
}

describe('sidecars begin in their order among the init containers, and stay', () => {
  const cases: Case[] = [
    ['the first one first', observed(SANDBOX_UP), ALL, [start('one')]],
    ['a sidecar after what is before it', observed(SANDBOX_UP, exited('one', 0)), ALL, [start('proxy')]],
    ['its image when its turn comes', observed(SANDBOX_UP, exited('one', 0)), known(), [prepare('proxy')]],
    ['the next as soon as it has started', observed(SANDBOX_UP, exited('one', 0), running('proxy')), ALL, [start('two')]],
    ['not before it has', observed(SANDBOX_UP, exited('one', 0), container('proxy')), ALL, [start('proxy')]],
    ['the next sidecar', observed(SANDBOX_UP, ...DONE, running('proxy')), ALL, [start('log')]],
    ['the main ones beside them', observed(SANDBOX_UP, ...DONE, running('proxy'), running('log')), ALL, [start('a'), start('b')]],
    ['what is before one that runs has succeeded, pruned or not', observed(SANDBOX_UP, running('proxy')), ALL, [start('two')]],
    ['nothing to do when all run', observed(SANDBOX_UP, ...DONE, running('proxy'), running('log'), running('a'), running('b')), ALL, []],
    ['one that ended is started again, whatever its code', observed(SANDBOX_UP, ...DONE, exited('proxy', 0), running('log'), running('a'), running('b')), ALL, [start('proxy', 1)]],
    ['with a back-off', observed(SANDBOX_UP, ...DONE, exited('proxy', 1, { attempt: 1 }), running('log'), running('a'), running('b')), ALL, [waitUntil(30)]],
    ['also when it is gone from the engine', observed(SANDBOX_UP, running('log'), running('a'), running('b')), ALL, [start('proxy')]],
    ['also while a later init container runs', observed(SANDBOX_UP, exited('one', 0), exited('proxy', 3), running('two')), ALL, [start('proxy', 1)]],
    ['also beside one that is to start', observed(SANDBOX_UP, ...DONE, exited('proxy', 3)), ALL, [start('proxy', 1), start('log')]],
    ['ended before the next began: that one waits', observed(SANDBOX_UP, exited('one', 0), exited('proxy', 3)), ALL, [start('proxy', 1)]],
  ];
  test.each(cases)('Always: %s', decideUnder('Always'));
  test.each(cases)('Never: %s', decideUnder('Never'));
});

describe('when the main containers are over', () => {
  const over = [...DONE, exited('a', 0), exited('b', 1, { finishedAt: time(22) })] as const;
  const of = (...more: Parameters<typeof observed>[1][]): ObservedPod => observed(SANDBOX_UP, ...over, ...more);
  test.each<[name: string, seen: ObservedPod, expected: PodAction[], finished: boolean]>([
    ['the last sidecar is stopped first, with the whole grace period', of(running('proxy'), running('log')), [stop('log', 30, ENDED)], false],
    ['then the one before, with the rest', of(running('proxy'), exited('log', 143, { finishedAt: time(29.5) })), [stop('proxy', 23, ENDED)], false],
    ['and two seconds where nothing is left', of(running('proxy'), exited('log', 137, { finishedAt: time(52) })), [stop('proxy', 2, ENDED)], false],
    ['one that ended long before took nothing', of(running('proxy'), exited('log', 1, { finishedAt: time(12) })), [stop('proxy', 30, ENDED)], false],
    ['one that ended is not started again', of(exited('proxy', 1), exited('log', 1)), [END], true],
    ['one that never ran never will', of(exited('log', 1)), [END], true],
  ])('%s', (_name, seen, expected, finished) => {
    const wanted = desired({ ...SPEC, restartPolicy: 'Never' });
    expect(decide(wanted, seen, ALL, at(60))).toEqual(expected);
    expect(isFinished(wanted, seen, ALL)).toBe(finished);
  });

  test('a failed init container ends them too', () => {
    const seen = observed(SANDBOX_UP, exited('one', 0), running('proxy'), exited('two', 3));
    expect(decide(desired({ ...SPEC, restartPolicy: 'Never' }), seen, ALL, at(60))).toEqual([stop('proxy', 30, ENDED)]);
  });

  test('without a grace period nobody waits for another', () => {
    const wanted = desired({ ...SPEC, restartPolicy: 'Never', graceSeconds: 0 });
    expect(decide(wanted, of(running('proxy'), running('log')), ALL, at(60))).toEqual([stop('proxy', 0, ENDED), stop('log', 0, ENDED)]);
  });
});

describe('a deletion', () => {
  const deleted = (graceSeconds = 12): DesiredPod => desired(SPEC, { graceSeconds, since: at(40) });
  const why = 'the pod is being deleted';
  test.each<[name: string, wanted: DesiredPod, seen: ObservedPod, expected: PodAction[]]>([
    ['stops all but the sidecars', deleted(), observed(SANDBOX_UP, running('proxy'), running('log'), running('a'), running('b')), [stop('a', 12, why), stop('b', 12, why)]],
    ['init containers that run too', deleted(), observed(SANDBOX_UP, running('proxy'), running('two')), [stop('two', 12, why)]],
    ['then the last sidecar, with the rest', deleted(), observed(SANDBOX_UP, running('proxy'), running('log'), exited('a', 143)), [stop('log', 7, why)]],
    ['then the one before', deleted(), observed(SANDBOX_UP, running('proxy'), exited('log', 143)), [stop('proxy', 7, why)]],
    ['two seconds where nothing is left', deleted(4), observed(SANDBOX_UP, running('proxy')), [stop('proxy', 2, why)]],
    ['all at once without a grace period', deleted(0), observed(SANDBOX_UP, running('proxy'), running('a')), [stop('proxy', 0, why), stop('a', 0, why)]],
    ['removes the pod in the end', deleted(), observed(SANDBOX_UP, exited('proxy', 143)), [REMOVE_POD]],
  ])('%s', (_name, wanted, seen, expected) => {
    expect(decide(wanted, seen, known(), at(45))).toEqual(expected);
  });
});

describe('after a change of sandbox', () => {
  const stopped = (name: string) => exited(name, 143, { finishedAt: time(45) });
  const done = [exited('one', 0, { startedAt: time(2), finishedAt: time(3) }), exited('two', 0, { startedAt: time(4), finishedAt: time(5) })];
  const all = [...done, stopped('proxy'), stopped('log'), stopped('a')];
  const again = (name: string) => running(name, { attempt: 1, startedAt: time(41) });
  test.each<[name: string, policy: 'Always' | 'Never', seen: ObservedPod, expected: PodAction[]]>([
    ['sidecars are stranded like all others', 'Always', observed(SANDBOX_ENDED, running('proxy'), running('a')), [stop('proxy', 30, 'SandboxChanged'), stop('a', 30, 'SandboxChanged')]],
    ['Always: everything again, in order', 'Always', observed(SANDBOX_UP_AGAIN, ...all), [start('one', 1)]],
    ['Always: sidecars in their turn', 'Always', observed(SANDBOX_UP_AGAIN, ...all, exited('one', 0, { attempt: 1, startedAt: time(41), finishedAt: time(42) })), [start('proxy', 1)]],
    ['Never: what has not run still runs, with its sidecars', 'Never', observed(SANDBOX_UP_AGAIN, ...all), [start('proxy', 1), start('log', 1), start('b')]],
    ['Never: before any main one, from the sidecar that was last', 'Never', observed(SANDBOX_UP_AGAIN, ...done, stopped('proxy')), [start('proxy', 1), start('log')]],
    ['Never: a sidecar that runs again lets the next one go on', 'Never', observed(SANDBOX_UP_AGAIN, ...done.slice(0, 1), again('proxy')), [start('two')]],
  ])('%s', (_name, restartPolicy, seen, expected) => {
    expect(decide(desired({ ...SPEC, restartPolicy }), seen, ALL, at(50))).toEqual(expected);
  });
});
