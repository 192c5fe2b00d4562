import type { Circumstances, ContainerHealth, CreateFailure, DesiredPod, ImageState } from '../../../../src/docker/decide/index.js';
import type { ObservedContainer, ObservedPod } from '../../../../src/docker/record/index.js';
import type { Container, Pod } from '../../../../src/kube/index.js';

export const UID = '5392840b-2ec1-46e0-829b-2e82f09609e0';
const START_MS = Date.parse('2026-11-21T08:00:00.000Z');

/** Seconds after the beginning of a test's time. */
export function at(seconds: number): Date {
  return new Date(START_MS + Math.round(seconds * 1000));
}

export function time(seconds: number): string {
  return at(seconds).toISOString();
}

/** A container by its name, or with more of its spec. */
export type ContainerShape = string | (Partial<Container> & { readonly name: string });

/** An init container that goes on beside the main ones. */
export function sidecar(name: string, more: Partial<Container> = {}): ContainerShape {
  return { name, restartPolicy: 'Always', ...more };
}

interface PodShape {
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  readonly mains?: readonly ContainerShape[];
  readonly inits?: readonly ContainerShape[];
  readonly graceSeconds?: number;
}

export function pod({ restartPolicy, mains = ['main'], inits, graceSeconds }: PodShape = {}): Pod {
  const toContainer = (shape: ContainerShape): Container => (typeof shape === 'string' ? { name: shape, image: `${shape}:1` } : { image: `${shape.name}:1`, ...shape });
  return {
    metadata: { name: 'web', namespace: 'default', uid: UID },
    spec: {
      containers: mains.map(toContainer),
      ...(inits !== undefined && { initContainers: inits.map(toContainer) }),
      ...(restartPolicy !== undefined && { restartPolicy }),
      ...(graceSeconds !== undefined && { terminationGracePeriodSeconds: graceSeconds }),
    },
  };
}

export function desired(shape: PodShape = {}, deletion?: DesiredPod['deletion']): DesiredPod {
  return { pod: pod(shape), ...(deletion !== undefined && { deletion }) };
}

type Facts = Partial<ObservedContainer>;

/** A container of the pod; its id is `<name>-<attempt>`. */
export function container(name: string, facts: Facts = {}): ObservedContainer {
  const attempt = facts.attempt ?? 0;
  return {
    id: `${name}-${attempt}`,
    engineName: `k8s_${name}_web_default_${UID}_${attempt}`,
    name,
    attempt,
    state: 'created',
    exitCode: 0,
    error: '',
    oomKilled: false,
    createdAt: time(0),
    imageId: 'sha256:1111',
    tty: false,
    ...(name !== 'POD' && { sandboxId: 'POD-0' }),
    ...facts,
  };
}

export function running(name: string, facts: Facts = {}): ObservedContainer {
  return container(name, { state: 'running', startedAt: time(10), ...facts });
}

/** Ran from second 10 to second 20, unless told otherwise. */
export function exited(name: string, exitCode: number, facts: Facts = {}): ObservedContainer {
  return container(name, { state: 'exited', exitCode, startedAt: time(10), finishedAt: time(20), ...facts });
}

export function failedStart(name: string, exitCode: number, facts: Facts = {}): ObservedContainer {
  return container(name, { exitCode, error: 'exec: "nosuch": not found', createdAt: time(20), ...facts });
}

export const SANDBOX_IDLE = container('POD');
export const SANDBOX_UP = running('POD', { startedAt: time(1) });
/** Ended at second 30. */
export const SANDBOX_ENDED = exited('POD', 137, { startedAt: time(1), finishedAt: time(30) });
/** Ended at second 30 and was started again at second 40. */
export const SANDBOX_UP_AGAIN = running('POD', { startedAt: time(40), finishedAt: time(30) });

export function observed(sandbox: ObservedContainer | undefined, ...containers: readonly ObservedContainer[]): ObservedPod {
  const byName = Map.groupBy(containers, ({ name }) => name);
  return { uid: UID, containers: byName, ...(sandbox !== undefined && { sandbox }) };
}

interface Known {
  readonly images?: Readonly<Record<string, ImageState>>;
  readonly createFailures?: Readonly<Record<string, CreateFailure>>;
  readonly backOffMs?: Readonly<Record<string, number>>;
  readonly ended?: readonly ObservedContainer[];
  readonly health?: readonly (Partial<ContainerHealth> & { readonly containerId: string })[];
}

export function known({ images = {}, createFailures = {}, backOffMs = {}, ended = [], health = [] }: Known = {}): Circumstances {
  return {
    images: new Map(Object.entries(images)),
    createFailures: new Map(Object.entries(createFailures)),
    backOffMs: new Map(Object.entries(backOffMs)),
    ended: new Map(ended.map((attempt) => [attempt.name, attempt])),
    health: new Map(health.map((one) => [one.containerId.replace(/-\d+$/, ''), one])),
  };
}

export const PRESENT: ImageState = { kind: 'present' };

/** All of these images are there. */
export function present(...names: readonly string[]): Circumstances {
  return known({ images: Object.fromEntries(names.map((name) => [name, PRESENT])) });
}
