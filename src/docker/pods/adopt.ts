import type { ContainerDetails } from '../../engine/index.js';
import { ProviderError } from '../../errors.js';
import { type Container, type ContainerStatus, type EnvVar, MESH_HELPER, type Pod } from '../../kube/index.js';
import { withMeshHelper } from '../network/index.js';
import type { DeliveredObjects } from '../../provider/index.js';
import { LABEL, type ObservedContainer, type ObservedPod, parseNetworkName, type PodNetwork, type PodRecord, recordVersionOf } from '../record/index.js';
import { replanVolumes } from '../volumes/index.js';
import { findHeldFiles } from './held-files.js';
import { placePod } from './placement.js';
import { withEnvironment } from './pod-environment.js';
import type { Rooms } from './rooms.js';

/**
 * Makes the record again of a pod whose sandbox was pruned while no plugin ran: the spec from the cluster's own words, the
 * resolved env and the address from what the engine still has of its containers.
 */
export async function rebuildRecord(pod: Pod, observed: ObservedPod, rooms: Rooms): Promise<PodRecord> {
  const newest = [...observed.containers.values()].flatMap((attempts) => attempts.at(-1) ?? []);
  const details = await Promise.all(newest.map((container) => rooms.engine.inspectContainer(container.id)));
  const envOf = new Map(newest.map((container, index) => [container.name, (details[index]?.Config.Env ?? []).map(toEnvVar)]));
  const network = await networkOf(pod, details, rooms);
  const own: Pod = { ...pod, spec: withEnv(pod, (container) => envOf.get(container.name) ?? ownVariables(container, pod, network, rooms)) };
  const resolved = observed.containers.has(MESH_HELPER) ? withMeshHelper(own, rooms.traits.policy.network) : own;
  const record: PodRecord = {
    version: recordVersionOf(network, resolved),
    pod: resolved,
    acceptedAt: pod.status?.startTime ?? rooms.clock.now().toISOString(),
    network,
    volumes: await findHeldFiles(pod, replanVolumes(resolved, rooms.traits, await singleFilesOf(pod, rooms)), details, rooms),
    devices: details.flatMap((one) => rooms.ledger.devicesOf(one, pod.metadata.uid).map((device) => ({ container: containerOf(one), ...device }))),
  };
  return { ...record, devices: rooms.ledger.withMissing(record) };
}

function containerOf({ Config }: ContainerDetails): string {
  return Config.Labels?.[LABEL.container] ?? '';
}

/** Names of files that are mounted by themselves, by the engine volume that holds them. */
async function singleFilesOf({ metadata }: Pod, { engine, node }: Rooms): Promise<ReadonlyMap<string, string>> {
  const volumes = await engine.listVolumes([`${LABEL.node}=${node}`, `${LABEL.podUid}=${metadata.uid}`, LABEL.file]);
  return new Map(volumes.flatMap(({ Name, Labels }) => (Labels[LABEL.file] === undefined ? [] : [[Name, Labels[LABEL.file] ?? '']])));
}

/**
 * Variables of a container that never ran, as far as the pod itself tells. What came with the pod is lost: one that needs it is not
 * made, and says so.
 */
function ownVariables(container: Container, pod: Pod, network: PodNetwork, { traits }: Rooms): EnvVar[] | undefined {
  try {
    const alone = { ...pod, spec: { ...pod.spec, containers: [container], initContainers: [] } };
    return withEnvironment({ pod: alone, delivered: NOTHING_DELIVERED }, network, traits).spec.containers[0]?.env ?? [];
  } catch (error) {
    if (error instanceof ProviderError) return undefined;
    throw error;
  }
}

const NOTHING_DELIVERED: DeliveredObjects = { configMaps: new Map(), binaryKeys: new Map(), secrets: new Map(), projected: new Map() };

function withEnv(pod: Pod, envOf: (container: Container) => EnvVar[] | undefined): Pod['spec'] {
  const fill = (container: Container): Container => {
    const env = envOf(container);
    if (env === undefined) return container;
    const { envFrom: _resolved, ...rest } = container;
    return { ...rest, env };
  };
  const { initContainers, containers } = pod.spec;
  return { ...pod.spec, containers: containers.map(fill), ...(initContainers !== undefined && { initContainers: initContainers.map(fill) }) };
}

function toEnvVar(entry: string): { name: string; value: string } {
  const at = entry.indexOf('=');
  return at < 0 ? { name: entry, value: '' } : { name: entry.slice(0, at), value: entry.slice(at + 1) };
}

/** Where its containers are, as far as the engine tells: the configuration may say something else by now. */
async function networkOf(pod: Pod, details: readonly ContainerDetails[], rooms: Rooms): Promise<PodNetwork> {
  const seen = details.flatMap((one) => Object.entries(one.NetworkSettings.Networks ?? {})).filter(([name]) => parseNetworkName(rooms.node, name) !== undefined);
  const [name = '', endpoint] = seen.find(([, { IPAddress }]) => IPAddress !== '') ?? seen[0] ?? [];
  return placePod(pod, rooms, { ip: endpoint?.IPAddress || undefined, kind: parseNetworkName(rooms.node, name) });
}

/** What a kubelet reports for a container it lost. */
const LOST_EXIT_CODE = 137;

/**
 * Ends of containers of which the engine has nothing any more: as the cluster was told, or as lost. Without them a container
 * that had completed would run a second time. An init container that nobody speaks of has none: what runs after it says that
 * it completed.
 */
export function endsOf(pod: Pod, observed: ObservedPod, now: Date): ReadonlyMap<string, ObservedContainer> {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const inits = initContainerStatuses.filter(({ state }) => state?.terminated !== undefined);
  const mains = pod.spec.containers.map(({ name }) => containerStatuses.find((status) => status.name === name) ?? { name });
  const gone = [...inits, ...mains].filter(({ name }) => !observed.containers.has(name));
  return new Map(gone.map((status) => [status.name, toEnded(status, pod.metadata.uid, now)]));
}

function toEnded({ name, restartCount, state, containerID, imageID }: Partial<ContainerStatus> & { name: string }, podUid: string, now: Date): ObservedContainer {
  const { exitCode = LOST_EXIT_CODE, startedAt, finishedAt = now.toISOString() } = state?.terminated ?? {};
  return {
    id: (containerID ?? '').replace(/^docker:\/\//, ''),
    engineName: `${podUid} ${name}`,
    name,
    attempt: restartCount ?? 0,
    state: 'dead',
    exitCode,
    error: '',
    oomKilled: false,
    createdAt: startedAt ?? finishedAt,
    startedAt: startedAt ?? finishedAt,
    finishedAt,
    imageId: imageID ?? '',
    tty: false,
  };
}
