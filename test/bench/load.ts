import { type CreateBody, FIRST_VIEW, makeStamp, type PluginCaller, toCreateBody, toDeletePod, toStatusPod } from '../../src/caller/index.js';

/** Creates and deletes that are under way at once. */
const AT_ONCE = 8;
const PODS_A_NAMESPACE = 250;

export type LoadPod = CreateBody['pod'];

/** Bodies of pods that sleep, in as many namespaces as their networks' bridges need. */
export function toLoad(count: number): readonly CreateBody[] {
  return Array.from({ length: count }, (_, index) => {
    const container = { name: 'main', image: 'busybox:1.36', command: ['sleep', '1000000'] };
    const metadata = { name: `load-${index}`, namespace: `bench-${Math.floor(index / PODS_A_NAMESPACE)}` };
    const spec = { automountServiceAccountToken: false, terminationGracePeriodSeconds: 0, containers: [container] };
    return toCreateBody({ pod: { metadata, spec }, configMaps: [], secrets: [] }, makeStamp(new Date()));
  });
}

export async function createAll(bodies: readonly CreateBody[], caller: PluginCaller): Promise<void> {
  await inParallel(bodies, async (body) => void (await caller.create(body)));
}

export async function deleteAll(pods: readonly LoadPod[], caller: PluginCaller): Promise<void> {
  await inParallel(pods, async (pod) => void (await caller.delete(toDeletePod(pod, undefined, FIRST_VIEW, new Date()))));
}

/** As the virtual kubelet asks: one pod a call, one call after the other. @returns how many run */
export async function countRunning(pods: readonly LoadPod[], caller: PluginCaller): Promise<number> {
  let running = 0;
  for (const pod of pods) {
    const [status] = await caller.status([toStatusPod(pod, pod.metadata.uid, FIRST_VIEW)]);
    if (status?.containers[0]?.state?.running !== undefined) running++;
  }
  return running;
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
