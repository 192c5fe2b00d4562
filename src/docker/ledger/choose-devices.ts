import { amountOf, type Container, containerRequests, isNativeSidecar, type Pod } from '../../kube/index.js';
import type { Device, ExtendedResource } from '../node/index.js';
import type { PodDevice } from '../record/index.js';

/**
 * Deals devices of one resource out to the containers of a pod: each of its containers and sidecars has its own; an init
 * container has some that the later ones will have, beside what the sidecars before it keep, as on a kubelet.
 * @param devices as many as the pod asks for, by `podRequests`
 */
export function dealDevices(pod: Pod, resource: string, devices: readonly Device[]): PodDevice[] {
  const dealt: PodDevice[] = [];
  let kept = 0;
  const deal = (container: Container, isKept: boolean): void => {
    const count = amountOf(containerRequests(container), resource);
    dealt.push(...devices.slice(kept, kept + count).map((device) => ({ container: container.name, resource, device })));
    if (isKept) kept += count;
  };
  for (const container of pod.spec.initContainers ?? []) deal(container, isNativeSidecar(container));
  for (const container of pod.spec.containers) deal(container, true);
  return dealt;
}

/** The devices that are free, as many as are asked for; `undefined` when there are not so many. */
export function chooseDevices({ devices }: ExtendedResource, count: number, isFree: (device: Device) => boolean): Device[] | undefined {
  const free = devices.filter(isFree).slice(0, count);
  return free.length === count ? free : undefined;
}
