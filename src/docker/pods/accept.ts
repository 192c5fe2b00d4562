import { type ContainerDetails, isEngineError } from '../../engine/index.js';
import { ProviderError } from '../../errors.js';
import type { Pod } from '../../kube/index.js';
import { requireAbilities } from '../admission/index.js';
import type { CreateRequest } from '../../provider/index.js';
import { withMeshHelper } from '../network/index.js';
import { decodeRecord, LABEL, type PodRecord, recordVersionOf, sandboxName } from '../record/index.js';
import { planVolumes, toVolumeTar } from '../volumes/index.js';
import { type HeldPlan, planHeldFiles } from './held-files.js';
import { checkHostPaths, hasHostPaths } from './host-paths.js';
import { placePod } from './placement.js';
import { withEnvironment } from './pod-environment.js';
import { toPullLogins } from './pull-logins.js';
import { removeObjectsOf } from './remove-pod.js';
import type { Rooms } from './rooms.js';
import { createSandboxContainer } from './sandbox.js';

/**
 * Takes a pod on: what it needs of the node, its address, its sandbox, its files. When this resolves the engine has the whole pod
 * on record; when it rejects nothing is left of it but its claims, for another try.
 * @param signal aborted when the caller has waited long enough; ends engine calls under way
 * @param cancelled aborted when the pod's delete has come meanwhile; looked at between them, so that what they make is known
 */
export async function acceptPod(request: CreateRequest, rooms: Rooms, signal: AbortSignal, cancelled: AbortSignal): Promise<PodRecord> {
  requireAbilities(request.pod, rooms.traits);
  rooms.owner.prepare();
  const acceptedAt = rooms.clock.now();
  const devices = rooms.ledger.claim(request.pod);
  const network = await placePod(request.pod, rooms, { signal });
  const pod = withMeshHelper(withEnvironment(request, network, rooms.traits), rooms.traits.policy.network);
  const planned = planVolumes({ pod, delivered: request.delivered, node: rooms.traits, acceptedAt });
  const { volumes, held } = await planHeldFiles(pod, planned, rooms);
  const pullLogins = toPullLogins(request, rooms);
  const record: PodRecord = {
    version: recordVersionOf(network, pod),
    pod,
    acceptedAt: acceptedAt.toISOString(),
    network,
    volumes: volumes.map(({ volume }) => volume),
    ...(held && { sealed: held.sealed }),
    ...(pullLogins && { pullLogins }),
    ...(devices.length > 0 && { devices }),
  };
  // What the worker is going to ask first is asked while the sandbox is made.
  for (const image of firstImages(pod)) rooms.images.expect(image);
  const isPlain = held === undefined && !hasHostPaths(record) && volumes.every(({ content }) => content === undefined);
  return isPlain ? acceptPlain(record, rooms, signal) : acceptWithVolumes(record, { volumes, ...(held && { held }) }, rooms, signal, cancelled);
}

/** Of the containers that start first; one with the policy `Always` is not looked at. */
function firstImages({ spec }: Pod): ReadonlySet<string> {
  const first = spec.initContainers?.length ? spec.initContainers.slice(0, 1) : spec.containers;
  return new Set(first.flatMap(({ image, imagePullPolicy }) => (imagePullPolicy === 'Always' ? [] : (image ?? []))));
}

/** Nothing to write: the sandbox's creation is the commit. */
async function acceptPlain(record: PodRecord, rooms: Rooms, signal: AbortSignal): Promise<PodRecord> {
  try {
    await createSandboxContainer(record, 'accepted', rooms, signal);
    return record;
  } catch (error) {
    if (!isEngineError(error, 'Conflict')) throw error;
    const twin = await adoptTwin(record, rooms);
    if (twin !== undefined) return twin;
    await createSandboxContainer(record, 'accepted', rooms, signal);
    return record;
  }
}

/**
 * A call whose answer was lost has made the sandbox already: its record is the pod's. One of a create long given up may have
 * what is somebody else's by now: it is removed, `undefined`.
 */
async function adoptTwin(record: PodRecord, rooms: Rooms): Promise<PodRecord | undefined> {
  const details = await inspectOwn(sandboxName(record.pod, 'accepted'), rooms);
  const twin = await decodeRecord(details.Config.Env ?? []);
  if (!rooms.ledger.couldHave(twin)) {
    await rooms.engine.removeContainer(details.Id);
    return undefined;
  }
  rooms.networks.adopt(twin.network, rooms.clock.now());
  rooms.ledger.adopt(twin, false);
  rooms.cache.observe(details);
  return twin;
}

/** A sandbox by name. @throws ProviderError `Conflict` when it is another node's: the same pod cannot be at two */
async function inspectOwn(name: string, rooms: Rooms): Promise<ContainerDetails> {
  const details = await rooms.engine.inspectContainer(name);
  const node = details.Config.Labels?.[LABEL.node];
  if (node !== rooms.node) throw new ProviderError('Conflict', `a container ${name} is on the engine already, of ${node === undefined ? 'somebody else' : `the node ${node}`}`);
  return details;
}

/** What is of the host is looked at and files are written under a name that says so; the rename to the final name is the commit. */
async function acceptWithVolumes(record: PodRecord, { volumes, held }: HeldPlan, rooms: Rooms, signal: AbortSignal, cancelled: AbortSignal): Promise<PodRecord> {
  const { uid } = record.pod.metadata;
  try {
    const id = await createUnderWay(record, rooms, signal);
    await checkHostPaths(id, record, rooms, signal);
    if (volumes.some(({ content }) => content !== undefined)) await rooms.engine.putArchive(id, '/', await toVolumeTar(volumes, rooms.clock.now()), signal);
    if (held !== undefined) await rooms.secrets.put(held.tar, signal);
    cancelled.throwIfAborted();
    return await commit(id, record, rooms, signal);
  } catch (error) {
    // While the engine is away nothing can be removed: at its return the name tells that this was never accepted.
    if (!isEngineError(error, 'Unavailable', 'Aborted')) {
      await removeObjectsOf(uid, rooms);
    }
    throw error;
  }
}

async function commit(sandboxId: string, record: PodRecord, rooms: Rooms, signal: AbortSignal): Promise<PodRecord> {
  try {
    await rooms.engine.renameContainer(sandboxId, sandboxName(record.pod, 'accepted'), signal);
    await rooms.cache.refresh(sandboxId);
    return record;
  } catch (error) {
    if (!isEngineError(error, 'Conflict')) throw error;
    // The rename of an earlier try was carried out, only its answer was lost. The volumes are the same.
    const twin = await adoptTwin(record, rooms);
    if (twin === undefined) return commit(sandboxId, record, rooms, signal);
    await rooms.engine.removeContainer(sandboxId);
    return twin;
  }
}

async function createUnderWay(record: PodRecord, rooms: Rooms, signal: AbortSignal): Promise<string> {
  try {
    return await createSandboxContainer(record, 'creating', rooms, signal);
  } catch (error) {
    if (!isEngineError(error, 'Conflict')) throw error;
    await rooms.engine.removeContainer((await inspectOwn(sandboxName(record.pod, 'creating'), rooms)).Id);
    return createSandboxContainer(record, 'creating', rooms, signal);
  }
}
