import { isNativeSidecar, lastingContainers } from './containers.js';
import { parseMilliQuantity, parseQuantity } from './quantities.js';
import type { Container, Pod, ResourceRequirements } from './types.js';

/** How much of what, by resource name: `cpu` in millicores, everything else in whole units (bytes, pieces). None is 0. */
export type Amounts = ReadonlyMap<string, number>;

type Quantities = Readonly<Record<string, string | number>>;

/** What a pod can ask for as a whole; anything else only its containers can. */
export function isPodLevelResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || isHugepages(name);
}

export function isHugepages(name: string): boolean {
  return name.startsWith('hugepages-');
}

/**
 * `spec.resources`.
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/
 */
export function podResources(pod: Pod): ResourceRequirements | undefined {
  return pod.spec.resources ?? undefined;
}

/** @throws InvalidQuantity */
export function toAmounts(quantities: Quantities | undefined): Amounts {
  return new Map(Object.entries(quantities ?? {}).map(([name, quantity]) => [name, toAmount(name, quantity)]));
}

/** One quantity, in the unit of its resource. @throws InvalidQuantity */
export function toAmount(name: string, quantity: string | number): number {
  return name === 'cpu' ? parseMilliQuantity(quantity) : parseQuantity(quantity);
}

/** What one container asks for: its requests, and its limits where it names no request. @throws InvalidQuantity */
export function containerRequests({ resources }: Container): Amounts {
  return toAmounts({ ...resources?.limits, ...resources?.requests });
}

/**
 * What a pod needs of its node: the sum of its containers and native sidecars, or what a single init container needs beside the
 * sidecars that run by then, whichever is more; what the pod asks for as a whole instead, where it does; and its overhead.
 * @throws InvalidQuantity
 * @see https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
 */
export function podRequests(pod: Pod): Amounts {
  return sum(requestsWithoutOverhead(pod), toAmounts(pod.spec.overhead));
}

/** The part of it that is for the pod's own programs. @throws InvalidQuantity */
export function requestsWithoutOverhead(pod: Pod): Amounts {
  const ofContainers = largest(sumOf(lastingContainers(pod)), initPeak(pod));
  return new Map([...ofContainers, ...podLevelRequests(pod, ofContainers)]);
}

/**
 * What a container may count on: its own request and, of a pod that asks as a whole, its part of what no container has asked for.
 * @throws InvalidQuantity
 */
export function shareOf(pod: Pod, container: Container, resource: 'cpu' | 'memory'): number {
  const own = amountOf(containerRequests(container), resource);
  if (podResources(pod) === undefined) return own;
  const asked = sumOf(lastingContainers(pod));
  const unasked = amountOf(podLevelRequests(pod, asked), resource) - amountOf(asked, resource);
  return own + Math.floor(Math.max(unasked, 0) / lastingContainers(pod).length);
}

export function amountOf(amounts: Amounts, name: string): number {
  return amounts.get(name) ?? 0;
}

/** A request that is not written is that of the containers, and without one the limit: as an API server fills it in. */
function podLevelRequests(pod: Pod, ofContainers: Amounts): Amounts {
  const { limits, requests } = podResources(pod) ?? {};
  const unasked = [...toAmounts(limits)].filter(([name]) => amountOf(ofContainers, name) === 0);
  return new Map([...new Map(unasked), ...toAmounts(requests)].filter(([name]) => isPodLevelResource(name)));
}

/** The most that init containers need at one time. */
function initPeak(pod: Pod): Amounts {
  let besides: Amounts = new Map();
  let peak: Amounts = new Map();
  for (const container of pod.spec.initContainers ?? []) {
    const running = sum(besides, containerRequests(container));
    if (isNativeSidecar(container)) besides = running;
    peak = largest(peak, running);
  }
  return peak;
}

function sumOf(containers: readonly Container[]): Amounts {
  return containers.map(containerRequests).reduce(sum, new Map());
}

function sum(left: Amounts, right: Amounts): Amounts {
  return merge(left, right, (a, b) => a + b);
}

function largest(left: Amounts, right: Amounts): Amounts {
  return merge(left, right, Math.max);
}

function merge(left: Amounts, right: Amounts, of: (a: number, b: number) => number): Amounts {
  const names = new Set([...left.keys(), ...right.keys()]);
  return new Map([...names].map((name) => [name, of(amountOf(left, name), amountOf(right, name))]));
}
