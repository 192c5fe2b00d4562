import { defaultPullPolicy } from '../kube/index.js';
import type { Container, ResourceRequirements } from '../kube/index.js';

type Probe = NonNullable<Container['livenessProbe']>;
type Lifecycle = NonNullable<Container['lifecycle']>;
type HttpGet = NonNullable<Probe['httpGet']>;
type EnvVar = NonNullable<Container['env']>[number];

/** A container with what an API server fills in. @throws InvalidImageName */
export function withContainerDefaults(container: Container): Container {
  const { env, ports, livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
  return {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: defaultPullPolicy(container.image ?? ''),
    ...container,
    resources: withResourceDefaults(container.resources ?? {}),
    ...(env && { env: env.map(withSelectorDefaults) }),
    ...(ports && { ports: ports.map((port) => ({ protocol: 'TCP' as const, ...port })) }),
    ...(livenessProbe && { livenessProbe: withProbeDefaults(livenessProbe) }),
    ...(readinessProbe && { readinessProbe: withProbeDefaults(readinessProbe) }),
    ...(startupProbe && { startupProbe: withProbeDefaults(startupProbe) }),
    ...(lifecycle && { lifecycle: withLifecycleDefaults(lifecycle) }),
  };
}

/** Selectors of the downward API carry a version and a divisor once stored; used by env and by volumes. */
export function withFieldDefaults<T extends Pick<NonNullable<EnvVar['valueFrom']>, 'fieldRef' | 'resourceFieldRef'>>(source: T): T {
  const { fieldRef, resourceFieldRef } = source;
  return {
    ...source,
    ...(fieldRef && { fieldRef: { apiVersion: 'v1', ...fieldRef } }),
    ...(resourceFieldRef && { resourceFieldRef: { divisor: '0', ...resourceFieldRef } }),
  };
}

function withSelectorDefaults(variable: EnvVar): EnvVar {
  return { ...variable, ...(variable.valueFrom && { valueFrom: withFieldDefaults(variable.valueFrom) }) };
}

/** Limits are requests too where nothing else is requested; YAML numbers become text. */
function withResourceDefaults({ limits, requests, ...rest }: ResourceRequirements): ResourceRequirements {
  const [limitTexts, requestTexts] = [toTexts(limits), toTexts({ ...limits, ...requests })];
  return {
    ...rest,
    ...(Object.keys(limitTexts).length > 0 && { limits: limitTexts }),
    ...(Object.keys(requestTexts).length > 0 && { requests: requestTexts }),
  };
}

function toTexts(quantities: ResourceRequirements['limits'] = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(quantities).map(([name, quantity]) => [name, String(quantity)]));
}

function withProbeDefaults(probe: Probe): Probe {
  return {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
    ...probe,
    ...(probe.httpGet && { httpGet: withHttpDefaults(probe.httpGet) }),
    ...(probe.grpc && { grpc: { service: '', ...probe.grpc } }),
  };
}

function withLifecycleDefaults({ postStart, preStop, ...rest }: Lifecycle): Lifecycle {
  const withDefaults = (handler: NonNullable<Lifecycle['preStop']>) => ({
    ...handler,
    ...(handler.httpGet && { httpGet: withHttpDefaults(handler.httpGet) }),
  });
  return { ...rest, ...(postStart && { postStart: withDefaults(postStart) }), ...(preStop && { preStop: withDefaults(preStop) }) };
}

function withHttpDefaults(httpGet: HttpGet): HttpGet {
  return { path: '/', scheme: 'HTTP', ...httpGet };
}
