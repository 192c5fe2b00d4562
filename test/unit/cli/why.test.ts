import { candidateLines, matchPods, type PodAnswer, type PodLine, whyText } from '../../../src/cli/index.js';

const NOW = new Date('2026-01-03T00:00:00Z');
const line = (more: Partial<PodLine>): PodLine => ({ namespace: 'ns', name: 'web', uid: 'u-1', phase: 'Running', ready: 1, containers: 2, restarts: 3, createdAt: '2026-01-02T23:50:00Z', notes: [], ...more });

describe('which pod is meant', () => {
  const pods = [line({}), line({ namespace: 'other', uid: 'u-2' }), line({ name: 'u-1', uid: 'v-33' }), line({ name: '', namespace: '', uid: 'v-34' })];
  test.each<[wanted: string, uids: readonly string[]]>([
    ['u-1', ['u-1']],
    ['ns/web', ['u-1']],
    ['other/web', ['u-2']],
    ['web', ['u-1', 'u-2']],
    ['v-3', ['v-33', 'v-34']],
    ['v-34', ['v-34']],
    ['v-33', ['v-33']],
    ['ns/u-1', ['v-33']],
    ['we', []],
    ['ns/', []],
  ])('%s', (wanted, uids) => expect(matchPods(pods, wanted).map(({ uid }) => uid)).toEqual(uids));

  test('candidates are a line each', () => {
    expect(candidateLines([line({}), line({ namespace: 'a-longer-one', uid: 'u-22', phase: 'Pending', notes: ['being deleted', 'more'] })])).toBe('  ns/web             u-1    Running\n  a-longer-one/web   u-22   Pending   being deleted');
  });
});

const POD: PodAnswer = {
  row: line({}),
  why: 'main ended with exit code 3; its next attempt, number 4, waits',
  initContainers: [{ name: 'fetch', image: '', imageID: '', ready: true, restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed', finishedAt: '2026-01-02T23:51:00Z' } }, lastState: {} }],
  containers: [
    { name: 'main', image: '', imageID: '', ready: false, restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated: { exitCode: 3, reason: 'Error' } } },
    { name: 'other', image: '', imageID: '', ready: false, restartCount: 0, state: { running: { startedAt: '2026-01-02T23:52:00Z' } }, lastState: {} },
    { name: 'good', image: '', imageID: '', ready: true, restartCount: 0, state: { running: { startedAt: '2026-01-02T23:52:00Z' } } },
  ],
  events: [
    { type: 'Normal', reason: 'Pulled', message: 'it is there', count: 1, firstAt: '2026-01-02T23:50:30Z', at: '2026-01-02T23:50:30Z' },
    { type: 'Warning', reason: 'BackOff', message: 'Back-off restarting', count: 12, firstAt: '2026-01-02T23:51:00Z', at: '2026-01-02T23:59:56Z' },
  ],
};

test('why, then containers, then events', () => {
  expect(whyText(POD, NOW)).toBe([
    'ns/web is Running, ready 1/2, age 10m, UID u-1',
    'why: main ended with exit code 3; its next attempt, number 4, waits',
    '',
    'CONTAINER    STATE                                            RESTARTS   LAST END',
    'init fetch   Completed, exit code 0 at 2026-01-02T23:51:00Z   0          -',
    'main         waiting: CrashLoopBackOff                        3          Error, exit code 3',
    'other        running since 2026-01-02T23:52:00Z, not ready    0          -',
    'good         running since 2026-01-02T23:52:00Z, ready        0          -',
    '',
    'AGE                TYPE      REASON    MESSAGE',
    '9m                 Normal    Pulled    it is there',
    '4s (x12 over 9m)   Warning   BackOff   Back-off restarting',
    '',
  ].join('\n'));
});

test('of a pod of which only its UID is known', () => {
  const row: PodLine = { namespace: '', name: '', uid: 'u-9', phase: 'Unknown', ready: 0, containers: 0, restarts: 0, notes: [] };
  expect(whyText({ row, why: 'it was not taken on', initContainers: [], containers: [], events: [] }, NOW)).toBe('u-9 is Unknown, ready 0/0, age -, UID u-9\nwhy: it was not taken on\n\nno events\n');
});

test('nothing of what a pod says is obeyed by a terminal, wherever it stands', () => {
  const evil = '\u001b[2J\u009b31m\r\nns/fake is Running\u202e';
  const state = { terminated: { exitCode: 1, reason: evil, finishedAt: evil } };
  const pod: PodAnswer = {
    row: line({ name: evil, phase: evil, notes: [evil] }),
    why: evil,
    initContainers: [],
    containers: [{ name: evil, image: evil, imageID: '', ready: false, restartCount: 0, state, lastState: state }, { name: 'b', image: '', imageID: '', ready: false, restartCount: 0, state: { waiting: { reason: evil } } }],
    events: [{ type: evil, reason: evil, message: evil, count: 1, firstAt: NOW.toISOString(), at: NOW.toISOString() }],
  };
  const text = `${whyText(pod, NOW)}${candidateLines([pod.row])}`;
  expect(text.replaceAll('\n', '')).toMatch(/^[^\p{Cc}\p{Cf}]*$/u);
  expect(text.split('\n')).toHaveLength(10);
});
