import { afterAnswer, nextProbeAt, type ProbedAttempt, type ProbeResult, type ProbeTracks } from '../../../../src/docker/decide/index.js';
import { type Container, type Probe, type ProbeKind, timingOf } from '../../../../src/kube/index.js';
import { at } from './build.js';

const ANSWER: Readonly<Record<string, ProbeResult>> = { s: 'success', f: 'failure' };

/** What counts after each of a row of answers: `s`, `f`, or `-` for nothing yet. */
function verdicts(answers: string, probe: Partial<Probe>): string {
  let track: ReturnType<typeof afterAnswer> | undefined;
  return [...answers]
    .map((answer) => {
      track = afterAnswer(track, ANSWER[answer] ?? 'success', timingOf(probe));
      return track.verdict?.[0] ?? '-';
    })
    .join('');
}

test.each<[name: string, answers: string, probe: Partial<Probe>, expected: string]>([
  ['P65: by default the third failure counts, and the first success', 'fffsf', {}, '--fss'],
  ['P65: a success in between begins the row again', 'ffsffsfff', {}, '--ssssssf'],
  ['P65: one failure is enough where it says so', 'sfs', { failureThreshold: 1 }, 'sfs'],
  ['P66: as many successes in a row as it asks for', 'ssfsss', { successThreshold: 3, failureThreshold: 1 }, '--fffs'],
  ['P66: a failure in between begins the row of successes again', 'fssfsss', { successThreshold: 3, failureThreshold: 2 }, '------s'],
  ['P67: nothing counts before the last failure of a startup probe', 'ffffs', { failureThreshold: 5 }, '----s'],
  ['P67: and then it does', 'fffff', { failureThreshold: 5 }, '----f'],
  ['0 stands for the default', 'fffs', { failureThreshold: 0, successThreshold: 0 }, '--fs'],
])('%s', (_name, answers, probe, expected) => {
  expect(verdicts(answers, probe)).toBe(expected);
});

const EVERY_10: Probe = { tcpSocket: { port: 80 } };
const START = at(0);

function attempt(spec: Partial<Container>, tracks: ProbeTracks = {}, more: Partial<ProbedAttempt> = {}): ProbedAttempt {
  return { spec: { name: 'main', ...spec }, startedAt: START, tracks, isLeaving: false, ...more };
}

const UP: ProbeTracks = { startup: { run: 1, last: 'success', verdict: 'success' } };
const dead = (kind: ProbeKind): ProbeTracks => ({ [kind]: { run: 1, last: 'failure', verdict: 'failure' } });
const ALL = { startupProbe: EVERY_10, livenessProbe: EVERY_10, readinessProbe: EVERY_10 };

test.each<[name: string, kind: ProbeKind, attempt: ProbedAttempt, begunAt: number | undefined, now: number, expected: number | undefined]>([
  ['none at all', 'liveness', attempt({}), undefined, 0, undefined],
  ['P65: at once without a delay', 'liveness', attempt({ livenessProbe: EVERY_10 }), undefined, 0, 0],
  ['P65: after its delay', 'liveness', attempt({ livenessProbe: { ...EVERY_10, initialDelaySeconds: 7 } }), undefined, 0, 7],
  ['P65: then every period', 'liveness', attempt({ livenessProbe: EVERY_10 }), 7, 8, 17],
  ['P65: the period of its own', 'liveness', attempt({ livenessProbe: { ...EVERY_10, periodSeconds: 3 } }), 7, 8, 10],
  ['P65: one that took just a period is due', 'liveness', attempt({ livenessProbe: { ...EVERY_10, periodSeconds: 3 } }), 7, 10, 10],
  ['P65: one that took longer misses its turns', 'liveness', attempt({ livenessProbe: { ...EVERY_10, periodSeconds: 3 } }), 7, 14, 16],
  ['P65: not any more after its failure counts', 'liveness', attempt({ livenessProbe: EVERY_10 }, dead('liveness')), 7, 8, undefined],
  ['P66: a readiness probe goes on after its failure', 'readiness', attempt({ readinessProbe: EVERY_10 }, dead('readiness')), 7, 8, 17],
  ['P67: the startup probe comes first', 'startup', attempt(ALL), undefined, 0, 0],
  ['P67: before it has succeeded nothing is asked of liveness', 'liveness', attempt(ALL), undefined, 0, undefined],
  ['P67: nor of readiness', 'readiness', attempt(ALL), undefined, 0, undefined],
  ['P67: then both are, at once', 'liveness', attempt(ALL, UP, { startedUpAt: at(30) }), undefined, 30, 30],
  ['P67: or after their own delay', 'readiness', attempt({ ...ALL, readinessProbe: { ...EVERY_10, initialDelaySeconds: 45 } }, UP, { startedUpAt: at(30) }), undefined, 30, 45],
  ['P67: and the startup probe is not asked again', 'startup', attempt(ALL, UP, { startedUpAt: at(30) }), 30, 31, undefined],
  ['P67: one whose failure counts neither', 'startup', attempt(ALL, dead('startup')), 30, 31, undefined],
  ['P67: nor the others then', 'readiness', attempt(ALL, dead('startup')), undefined, 31, undefined],
  ['P65: of a pod on its way out liveness is not asked', 'liveness', attempt({ livenessProbe: EVERY_10 }, {}, { isLeaving: true }), 7, 8, undefined],
  ['P66: but readiness is', 'readiness', attempt({ readinessProbe: EVERY_10 }, {}, { isLeaving: true }), 7, 8, 17],
])('%s', (_name, kind, probed, begunAt, now, expected) => {
  expect(nextProbeAt(kind, probed, begunAt === undefined ? undefined : at(begunAt), at(now))).toEqual(expected === undefined ? undefined : at(expected));
});
