import { AttemptProbes, type ProbeAnswer, type ProbeTarget } from '../../../../src/docker/probes/index.js';
import type { Container, Probe, ProbeKind } from '../../../../src/kube/index.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const PROBE: Probe = { tcpSocket: { port: 80 } };

interface Scene {
  readonly clock: VirtualClock;
  readonly probes: AttemptProbes;
  /** Second and kind of each probe. */
  readonly asked: string[];
  /** Second, kind and result whenever what counts has changed. */
  readonly changes: string[];
  readonly events: string[];
}

/** @param answer to each probe, by its kind and the second it is asked at */
function scene(spec: Partial<Container>, answer: (kind: ProbeKind, second: number, signal: AbortSignal) => Promise<ProbeAnswer> | ProbeAnswer): Scene {
  const clock = new VirtualClock();
  const begin = clock.now();
  const second = (): number => (clock.now().getTime() - begin.getTime()) / 1000;
  const container: Container = { name: 'main', ...spec };
  const target: ProbeTarget = { containerId: 'main-0', spec: container, place: { address: '10.0.0.2' } };
  const [asked, changes, events]: string[][] = [[], [], []];
  const kindOf = (probe: Probe): ProbeKind => (['startup', 'liveness', 'readiness'] as const).find((kind) => container[`${kind}Probe`] === probe) ?? 'liveness';
  const prober = {
    async probe(probe: Probe, _target: ProbeTarget, signal: AbortSignal): Promise<ProbeAnswer> {
      asked?.push(`${second()} ${kindOf(probe)}`);
      return answer(kindOf(probe), second(), signal);
    },
  };
  const probes = new AttemptProbes(target, begin, prober, clock, {
    changed: (tracks, kind) => changes?.push(`${second()} ${kind} ${tracks[kind]?.verdict ?? ''}`),
    event: (reason, message) => events?.push(`${reason}: ${message}`),
  });
  probes.start();
  return { clock, probes, asked: asked ?? [], changes: changes ?? [], events: events ?? [] };
}

async function seconds({ clock }: Scene, count: number): Promise<void> {
  for (let second = 0; second < count; second++) {
    clock.advance(second === 0 ? 0 : 1000);
    for (let turn = 0; turn < 5; turn++) {
      await new Promise(setImmediate);
      clock.advance(0);
    }
  }
}

const SUCCESS: ProbeAnswer = { result: 'success', output: '' };
const FAILURE: ProbeAnswer = { result: 'failure', output: 'no' };

test('P65: asks by period, and tells when the threshold is reached, then no more', async () => {
  const one = scene({ livenessProbe: { ...PROBE, initialDelaySeconds: 2, periodSeconds: 5 } }, (_kind, second) => (second < 10 ? SUCCESS : FAILURE));
  await seconds(one, 60);
  expect(one.asked).toEqual(['2 liveness', '7 liveness', '12 liveness', '17 liveness', '22 liveness']);
  expect(one.changes).toEqual(['2 liveness success', '22 liveness failure']);
  expect(one.events).toEqual(Array(3).fill('Unhealthy: Liveness probe failed: no'));
});

test('P67: the startup probe gates the others, which begin when it has succeeded', async () => {
  const probe = { ...PROBE, periodSeconds: 4 };
  const one = scene({ startupProbe: { ...probe, failureThreshold: 10 }, livenessProbe: { ...probe }, readinessProbe: { ...probe } }, (kind, second) => (kind === 'startup' && second < 8 ? FAILURE : SUCCESS));
  await seconds(one, 15);
  expect(one.asked).toEqual(['0 startup', '4 startup', '8 startup', '8 liveness', '8 readiness', '12 liveness', '12 readiness']);
  expect(one.changes).toEqual(['8 startup success', '8 liveness success', '8 readiness success']);
});

test('P66: readiness comes and goes', async () => {
  const one = scene({ readinessProbe: { ...PROBE, periodSeconds: 1, successThreshold: 2, failureThreshold: 2 } }, (_kind, second) => (second >= 5 && second < 10 ? FAILURE : SUCCESS));
  await seconds(one, 20);
  expect(one.changes).toEqual(['1 readiness success', '6 readiness failure', '11 readiness success']);
});

test('P65: a probe is never asked twice at once, and not again before a command that hung is gone', async () => {
  let settle: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => (settle = resolve));
  const one = scene({ livenessProbe: { ...PROBE, periodSeconds: 2, failureThreshold: 9 } }, (_kind, second) => (second === 0 ? { ...FAILURE, settled } : SUCCESS));
  await seconds(one, 8);
  expect(one.asked).toEqual(['0 liveness']);
  expect(one.events).toHaveLength(1); // it counts at once all the same
  settle();
  await seconds(one, 3);
  expect(one.asked).toEqual(['0 liveness', '8 liveness']);
});

test('a probe that could not be asked says nothing of the container', async () => {
  const one = scene({ livenessProbe: { ...PROBE, failureThreshold: 1, periodSeconds: 1 } }, () => Promise.reject(new Error('the engine is away')));
  await seconds(one, 3);
  expect(one.asked).toHaveLength(3);
  expect(one.changes).toEqual([]);
  expect(one.events[0]).toBe('Unhealthy: Liveness probe errored: the engine is away');
});

test('a warning counts as success, and is told', async () => {
  const one = scene({ readinessProbe: PROBE }, () => ({ result: 'warning', output: 'Probe terminated redirects' }));
  await seconds(one, 2);
  expect(one.changes).toEqual(['0 readiness success']);
  expect(one.events).toEqual(['ProbeWarning: Readiness probe warning: Probe terminated redirects']);
});

test('of a pod on its way out only readiness is asked', async () => {
  const probe = { ...PROBE, periodSeconds: 1 };
  const one = scene({ livenessProbe: { ...probe }, readinessProbe: { ...probe } }, () => SUCCESS);
  one.probes.leave();
  await seconds(one, 3);
  expect(one.asked).toEqual(['0 readiness', '1 readiness', '2 readiness']);
});

test('nothing is asked or told after the end; what is under way is called off', async () => {
  let signal: AbortSignal | undefined;
  const one = scene({ livenessProbe: { ...PROBE, failureThreshold: 1, periodSeconds: 1 } }, (_kind, _second, given) => {
    signal = given;
    return new Promise((_, reject) => given.addEventListener('abort', () => reject(new Error('called off'))));
  });
  await seconds(one, 3);
  one.probes.stop();
  await seconds(one, 5);
  expect(signal?.aborted).toBe(true);
  expect([one.asked, one.changes, one.events, one.clock.waiting]).toEqual([['0 liveness'], [], [], []]);
});
