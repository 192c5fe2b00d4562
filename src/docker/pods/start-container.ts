import { type ContainerConfig, isEngineError } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import { allContainers, type Container, sharesNamespaces } from '../../kube/index.js';
import type { PodAction } from '../decide/index.js';
import { containerName, LABEL } from '../record/index.js';
import { toContainerConfig } from '../spec/index.js';
import { lookUpFacts } from './container-facts.js';
import { ensureHeldFiles } from './held-files.js';
import { withMessageFile } from './message-file.js';
import type { ManagedPod } from './managed-pod.js';
import type { Rooms } from './rooms.js';
import { startOwner } from './sandbox.js';
import { withVariables } from './variables.js';

type Start = PodAction & { kind: 'startContainer' };

/** Creates one attempt of a container, unless it exists, and starts it. The start call's own answer is an observation. */
export async function startContainer(action: Start, pod: ManagedPod, rooms: Rooms): Promise<void> {
  const ownsAddress = !sharesNamespaces(pod.record.pod);
  const network = ownsAddress ? rooms.networks.ensure(pod.record.network) : undefined;
  network?.catch(() => undefined); // told by the start that waits for it
  const containerId = await ensureCreated(action, pod, rooms);
  if (containerId === undefined || pod.isDeleting) return;
  const spec = containerSpec(pod, action.container);
  try {
    if (spec !== undefined) pod.probing.beforeStart(spec, containerId);
    await rooms.cache.whileStarting(containerId, () => (ownsAddress ? startOwner(containerId, pod, rooms, network) : rooms.engine.startContainer(containerId)));
    if (action.attempt > 0) rooms.restarts.add();
    pod.addEvent('Normal', 'Started', `Started container ${action.container}`, action.container);
    if (spec !== undefined) pod.probing.afterStart(spec, containerId);
  } catch (error) {
    if (isEngineError(error, 'Forbidden', 'PortUnavailable', 'StartForgotten')) return retractStart(error, containerId, action, pod, rooms);
    await reportFailedStart(error, containerId, action, pod, rooms);
  }
  pod.backOffMs.set(action.container, action.backOffMs);
  pod.images.delete(action.container);
  pod.createFailures.delete(action.container);
  await rooms.cache.refresh(containerId);
}

async function ensureCreated(action: Start, pod: ManagedPod, rooms: Rooms): Promise<string | undefined> {
  const { record, observed } = pod;
  // An engine that is shutting down would start it and stop it again, and nobody would see by whom.
  if (action.attempt > 0) await rooms.engine.ping();
  const spec = containerSpec(pod, action.container);
  const sandbox = observed.sandbox;
  if (spec === undefined || sandbox === undefined) return undefined;
  const name = containerName(record.pod, action.container, action.attempt);
  const existing = observed.containers.get(action.container)?.find((container) => container.attempt === action.attempt);
  try {
    await ensureHeldFiles(record, rooms);
    if (existing !== undefined) return existing.id;
    await pod.volumes.ensure(sandbox, observed.containers.size === 0, rooms, pod.signal);
    const reference = { id: sandbox.id, shared: sharesNamespaces(record.pod) };
    const complete = await withVariables(spec, record, sandbox.id, rooms);
    const config = toContainerConfig(record, complete, reference, rooms.traits, await lookUpFacts(record, spec, rooms));
    const id = await rooms.messages.use((file) => rooms.engine.createContainer(name, withMessageFile(withEra(config, action.era), spec, file)));
    pod.addEvent('Normal', 'Created', `Created container: ${action.container}`, action.container);
    return id;
  } catch (error) {
    if (pod.isDeleting) return undefined;
    if (isEngineError(error, 'Conflict')) {
      // Made by a call whose answer was lost: what matters is what it is now. Or somebody else's.
      await rooms.cache.refresh(name);
      const isOurs = pod.observed.containers.get(action.container)?.some((container) => container.attempt === action.attempt);
      if (!isOurs) pod.noteCreateFailure(action.container, error);
      return undefined;
    }
    if (isEngineError(error, 'NotFound')) {
      // The image went after it was seen, or the sandbox did: both are looked at again.
      pod.images.delete(action.container);
      await rooms.cache.refresh(sandbox.id);
    }
    if (isEngineError(error, 'Unavailable', 'Aborted')) throw error;
    pod.noteCreateFailure(action.container, error);
    return undefined;
  }
}

function withEra(config: ContainerConfig, era: string | undefined): ContainerConfig {
  return era === undefined ? config : { ...config, Labels: { ...config.Labels, [LABEL.era]: era } };
}

/**
 * Its address, or a port of the host, is in use by somebody else: no program has failed, so it is no end; it is made and started again
 * later. At once, where the engine has only forgotten that it began to start it: it can do so with none but a new one.
 */
async function retractStart(error: Error, containerId: string, action: Start, pod: ManagedPod, rooms: Rooms): Promise<void> {
  if (!isEngineError(error, 'StartForgotten')) pod.noteCreateFailure(action.container, error);
  await rooms.engine.removeContainer(containerId);
  await rooms.cache.refresh(containerId);
}

/** A container that the engine has marked as failed is an ended attempt; anything else is to be tried again. */
async function reportFailedStart(error: unknown, containerId: string, action: Start, pod: ManagedPod, rooms: Rooms): Promise<void> {
  const seen = await rooms.cache.refresh(containerId);
  if (seen?.state === 'created' && seen.error === '') throw error;
  pod.addEvent('Warning', 'Failed', `Error: failed to start container "${action.container}": ${messageOf(error)}`, action.container);
}

/** The container of this name in the pod's spec, init containers among them. */
export function containerSpec(pod: ManagedPod, name: string): Container | undefined {
  return allContainers(pod.record.pod).find((container) => container.name === name);
}
