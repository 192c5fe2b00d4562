import { OutsideEnds } from '../../../../src/docker/cache/outside-ends.js';
import type { ContainerAction, ContainerEvent } from '../../../../src/engine/index.js';

const event = (action: ContainerAction, seconds: number, signal?: number): ContainerEvent => ({
  action,
  containerId: 'c',
  attributes: signal === undefined ? {} : { signal: String(signal) },
  at: new Date(Date.UTC(2026, 0, 1, 0, 0, 0) + seconds * 1000),
});
const TERM = 15;
const TIMEOUT = 10;

test.each<[name: string, kills: ContainerEvent[], die: ContainerEvent, expected: number | undefined]>([
  ['a stop from outside', [event('kill', 0, 15)], event('die', 1), 15],
  ['a kill from outside', [event('kill', 0, 9)], event('die', 0.1), 9],
  ['the first signal of a stop that had to kill', [event('kill', 0, 15), event('kill', 10, 9)], event('die', 10.1), 15],
  ['another signal means nothing', [event('kill', 0, 1)], event('die', 0.1), undefined],
  ['a kill that was ignored for longer than the stop timeout and 5 s', [event('kill', 0, 15)], event('die', 15.1), undefined],
  ['just within that time', [event('kill', 0, 15)], event('die', 15), 15],
  ['a second stop, after a first that was survived', [event('kill', 0, 15), event('kill', 17, 15)], event('die', 17.5), 15],
  ['no kill at all', [], event('die', 1), undefined],
])('%s', (_name, kills, die, expected) => {
  const ends = new OutsideEnds();
  kills.forEach((kill) => ends.killed(kill, TERM));
  expect(ends.died(die, TIMEOUT)).toBe(expected);
  expect(ends.signalOf('c')).toBe(expected);
});

test('a stop of our own is none from outside', () => {
  const ends = new OutsideEnds();
  ends.expect('c');
  ends.killed(event('kill', 0, 15), TERM);
  expect(ends.died(event('die', 1), TIMEOUT)).toBeUndefined();
});

test('the stop signal of the container is what counts', () => {
  const ends = new OutsideEnds();
  ends.killed(event('kill', 0, 3), 3);
  expect(ends.died(event('die', 1), TIMEOUT)).toBe(3);
});

test('what the journal kept is known again, until the container is gone', () => {
  const ends = new OutsideEnds();
  ends.restore('c', 15);
  expect(ends.signalOf('c')).toBe(15);
  ends.forget('c');
  expect(ends.signalOf('c')).toBeUndefined();
});

test('a stop for its health counts whenever it ends; one of a plugin before this one only as long as that could last', () => {
  const ends = new OutsideEnds();
  const [soon, late] = [new Date(1_000), new Date(100_000)];
  expect(ends.isUnhealthy('c', soon)).toBe(false);
  ends.expectUnhealthy('c', new Date(50_000));
  expect([ends.isUnhealthy('c', soon), ends.isUnhealthy('c', late)]).toEqual([true, false]);
  ends.expectUnhealthy('c');
  expect(ends.isUnhealthy('c', late)).toBe(true);
  ends.forget('c');
  expect(ends.isUnhealthy('c', soon)).toBe(false);
});

test.each<[name: string, exitCode: number, finishedAt: number | undefined, expected: number | undefined]>([
  ['ended with 0 right before it', 0, -1, 15],
  ['ended with 0 as late as the stop timeout allows', 0, -40, 15],
  ['ended with 0 long before it', 0, -41, undefined],
  ['ended with a code that says enough', 3, -1, undefined],
  ['runs', 0, undefined, undefined],
])('an engine that begins again has stopped what was running: one that %s', (_name, exitCode, seconds, expected) => {
  const began = new Date('2026-01-01T00:00:00Z');
  const ends = new OutsideEnds();
  ends.leftRunningUntil(began, 'c', TIMEOUT);
  const finishedAt = seconds === undefined ? undefined : new Date(began.getTime() + seconds * 1000);
  expect(ends.seen('c', exitCode, finishedAt)).toBe(expected);
  expect(ends.signalOf('c')).toBe(expected);
});

test('what was not running when the engine went ended as it did', () => {
  expect(new OutsideEnds().seen('c', 0, new Date())).toBeUndefined();
});
