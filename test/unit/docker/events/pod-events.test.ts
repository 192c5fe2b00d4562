import { type CountedPodEvent, EVENTS_PER_POD, PodEvents } from '../../../../src/docker/events/index.js';
import type { PodEvent } from '../../../../src/kube/index.js';

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const event = (more: Partial<PodEvent> = {}): PodEvent => ({ at: at(0), type: 'Normal', reason: 'Pulled', message: 'm', ...more });

test('lists a pod\'s events oldest first, and nothing of other pods', () => {
  const events = new PodEvents();
  events.add('a', event({ reason: 'Pulling' }));
  events.add('b', event({ reason: 'Killing' }));
  events.add('a', event({ reason: 'Pulled' }));
  expect(events.list('a').map(({ reason }) => reason)).toEqual(['Pulling', 'Pulled']);
  expect(events.list('unknown')).toEqual([]);
});

test('keeps the newest of each pod only', () => {
  const events = new PodEvents();
  for (let i = 0; i < EVENTS_PER_POD + 7; i++) events.add('a', event({ message: `m${i}` }));
  expect(events.list('a')).toHaveLength(EVENTS_PER_POD);
  expect(events.list('a')[0]?.message).toBe('m7');
  expect(events.list('a').at(-1)?.message).toBe(`m${EVENTS_PER_POD + 6}`);
});

test('counts a repetition instead of listing it, and makes it the newest', () => {
  const events = new PodEvents();
  events.add('a', event({ reason: 'BackOff', at: at(1) }));
  events.add('a', event({ reason: 'Pulled', at: at(2) }));
  events.add('a', event({ reason: 'BackOff', at: at(3) }));
  expect(events.list('a').map(({ reason, count, firstAt, at: last }) => [reason, count, firstAt, last])).toEqual([
    ['Pulled', 1, at(2), at(2)],
    ['BackOff', 2, at(1), at(3)],
  ]);
});

test.each<[string, Partial<PodEvent>]>([
  ['container', { container: 'main' }],
  ['message', { message: 'other' }],
  ['type', { type: 'Warning' }],
  ['reason', { reason: 'Failed' }],
])('an event with another %s is not a repetition', (_field, more) => {
  const events = new PodEvents();
  events.add('a', event());
  events.add('a', event(more));
  expect(events.list('a').map(({ count }) => count)).toEqual([1, 1]);
});

test('forgets a pod', () => {
  const events = new PodEvents();
  events.add('a', event());
  events.forget('a');
  expect(events.list('a')).toEqual([]);
});

test('a list that was given out does not change', () => {
  const events = new PodEvents();
  events.add('a', event());
  const before = events.list('a');
  events.add('a', event());
  expect(before.map(({ count }) => count)).toEqual([1]);
});

test('tells its hook of every event, with its count', () => {
  const told: [string, CountedPodEvent][] = [];
  const events = new PodEvents((podUid, counted) => told.push([podUid, counted]));
  events.add('a', event());
  events.add('a', event());
  expect(told.map(([podUid, { reason, count }]) => [podUid, reason, count])).toEqual([['a', 'Pulled', 1], ['a', 'Pulled', 2]]);
});

test('remembers the newest of the pods that were refused, and all others', () => {
  const events = new PodEvents();
  events.add('taken on', event());
  for (let pod = 0; pod < 300; pod++) events.addOfRefused(`refused ${pod}`, event({ reason: 'FailedMount' }));
  events.add('refused 150', event({ reason: 'Pulled' }));
  for (let pod = 300; pod < 600; pod++) events.addOfRefused(`refused ${pod}`, event({ reason: 'FailedMount' }));
  const remembered = ['taken on', ...Array.from({ length: 600 }, (_, pod) => `refused ${pod}`)].filter((pod) => events.list(pod).length > 0);
  expect(remembered).toEqual(['taken on', 'refused 150', ...Array.from({ length: 200 }, (_, pod) => `refused ${400 + pod}`)]);
});
