import type { Container } from './types.js';

export type Probe = NonNullable<Container['livenessProbe']>;
export type LifecycleHandler = NonNullable<NonNullable<Container['lifecycle']>['preStop']>;
/** What a probe or a hook does. */
export type Handler = Pick<Probe, 'exec' | 'httpGet' | 'tcpSocket' | 'grpc'> & Pick<LifecycleHandler, 'sleep'>;

export type ProbeKind = 'startup' | 'liveness' | 'readiness';
export const PROBE_KINDS: readonly ProbeKind[] = ['startup', 'liveness', 'readiness'];

export type HookKind = 'postStart' | 'preStop';

export function probeOf(container: Container, kind: ProbeKind): Probe | undefined {
  return container[`${kind}Probe`];
}

/** How a probe is asked, and how often it must answer the same before that counts. */
export interface ProbeTiming {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

/** With the Kubernetes API's defaults, which stand for 0 as well. */
export function timingOf(probe: Probe): ProbeTiming {
  return {
    initialDelaySeconds: probe.initialDelaySeconds ?? 0,
    periodSeconds: probe.periodSeconds || 10,
    timeoutSeconds: probe.timeoutSeconds || 1,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
  };
}

/** Number of a port that a probe or hook names. `undefined`: no port of the container has the name. */
export function toPortNumber(port: number | string, { ports }: Container): number | undefined {
  if (typeof port === 'number') return port;
  const named = ports?.find(({ name }) => name === port)?.containerPort;
  return named ?? (/^\d{1,5}$/.test(port) ? Number(port) : undefined);
}
