import { isEngineError } from '../../engine/index.js';
import { encodeRecord, isHostNetwork, type PodRecord, SANDBOX, sandboxName, type SandboxStage } from '../record/index.js';
import { toSandboxConfig } from '../spec/index.js';
import type { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';

/**
 * Creates a pod's sandbox container, which is its record, and has it in the picture. @returns its id.
 * @throws ProviderError `TooLarge` when the record is; EngineError `Conflict` when the name is taken
 */
export async function createSandboxContainer(record: PodRecord, stage: SandboxStage, rooms: Rooms, signal?: AbortSignal): Promise<string> {
  // Files are written before a pod is accepted: an accepted one with files has had a sandbox.
  const config = toSandboxConfig(record, rooms.traits, rooms.sandboxImage.name, await encodeRecord(record), stage === 'accepted');
  const name = sandboxName(record.pod, stage);
  const create = (): Promise<string> => rooms.cache.whileMaking({ name, config, at: rooms.clock.now() }, () => rooms.engine.createContainer(name, config, signal));
  try {
    return await create();
  } catch (error) {
    if (!isEngineError(error, 'NotFound')) throw error;
    await rooms.sandboxImage.import(); // taken by a prune
    return create();
  }
}

/** Makes the sandbox again that an operator's prune took, from the record in memory. */
export async function createSandbox(pod: ManagedPod, rooms: Rooms): Promise<void> {
  try {
    pod.volumes.doubt();
    const id = await createSandboxContainer(pod.record, 'accepted', rooms);
    tellOfChange(pod);
    await rooms.cache.refresh(id); // when it was made counts, by the engine's clock
  } catch (error) {
    if (isEngineError(error, 'Conflict')) await rooms.cache.refresh(sandboxName(pod.record.pod, 'accepted'));
    else refuse(error, pod);
  }
}

export async function startSandbox(pod: ManagedPod, rooms: Rooms): Promise<void> {
  const sandbox = pod.observed.sandbox;
  if (sandbox === undefined) return;
  if (sandbox.finishedAt !== undefined) {
    await rooms.engine.ping(); // it may be shutting down
    tellOfChange(pod);
  }
  try {
    await rooms.cache.whileStarting(sandbox.id, () => startOwner(sandbox.id, pod, rooms));
    pod.createFailures.delete(SANDBOX);
  } catch (error) {
    // The engine can start none but a new one; what joins this one is made again too.
    if (isEngineError(error, 'StartForgotten')) await rooms.engine.removeContainer(sandbox.id);
    else refuse(error, pod);
  }
  await rooms.cache.refresh(sandbox.id);
}

/** In the kubelet's words. */
function tellOfChange(pod: ManagedPod): void {
  pod.addEvent('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
}

/** What the engine refuses is shown and asked again later; an engine that is away is the worker's matter. */
function refuse(error: unknown, pod: ManagedPod): void {
  if (isEngineError(error, 'Unavailable', 'Aborted')) throw error;
  pod.noteCreateFailure(SANDBOX, error);
}

/**
 * Starts a container that owns the pod's address. A prune may have taken its network, which is then made again.
 * @param ensured that the network is there, where it was looked at while the container was made
 */
export async function startOwner(containerId: string, pod: ManagedPod, rooms: Rooms, ensured?: Promise<void>): Promise<void> {
  const { network } = pod.record;
  await (ensured ?? rooms.networks.ensure(network));
  try {
    await rooms.engine.startContainer(containerId);
  } catch (error) {
    if (!isEngineError(error, 'NotFound') || isHostNetwork(network)) throw error;
    await rooms.networks.ensure(network); // taken since
    // One that ran before holds the id of the network that was.
    await rooms.engine.reattachNetwork(network.name, containerId, { IPAMConfig: { IPv4Address: network.ip }, Aliases: network.aliases });
    await rooms.engine.startContainer(containerId);
  }
}
