import { isEngineError } from '../../engine/index.js';
import { ProviderError } from '../../errors.js';
import type { CreateRequest } from '../../provider/index.js';
import type { EventFeed } from '../cache/index.js';
import type { PodRecord } from '../record/index.js';
import { acceptPod } from './accept.js';
import { toProviderError } from './engine-failure.js';
import { tellOfRefusal } from './refusals.js';
import type { Rooms } from './rooms.js';

/** The caller gives up after 120 s. */
export const LONGEST_WAIT_MS = 100_000;
/** Between a call that found the engine away and the next, while the event stream has not noticed yet. */
const PAUSE_MS = 200;

/**
 * Takes a pod on, waiting for an engine that is away for a moment.
 * @param cancelled aborted when the pod's delete has come
 * @throws ProviderError `EngineUnavailable` after 100 s, `PodDeleted` when cancelled
 */
export async function acceptWhenEngineIsThere(request: CreateRequest, rooms: Rooms, feed: EventFeed, isOwner: () => boolean, cancelled: AbortSignal): Promise<PodRecord> {
  const about = `pod ${request.pod.metadata.namespace}/${request.pod.metadata.name}`;
  const { signal, timeout, callOff } = deadline(rooms, cancelled);
  try {
    for (;;) {
      await feed.whenConnected(signal);
      if (cancelled.aborted) throw new ProviderError('PodDeleted', `${about} was deleted while it was being created`);
      if (!isOwner()) throw superseded(rooms.node);
      if (timeout.aborted) throw tooLate(about, feed.connected);
      try {
        return await acceptPod(request, rooms, timeout, cancelled);
      } catch (error) {
        if (cancelled.aborted) continue; // told above
        if (!isEngineError(error, 'Unavailable', 'Aborted')) throw toProviderError(error, about);
        if (!signal.aborted) await pause(rooms);
      }
    }
  } catch (error) {
    rooms.ledger.release(request.pod.metadata.uid);
    tellOfRefusal(request.pod, error, rooms);
    throw error;
  } finally {
    callOff();
  }
}

function tooLate(about: string, isEngineThere: boolean): ProviderError {
  const seconds = LONGEST_WAIT_MS / 1000;
  const why = isEngineThere ? `has not answered in ${seconds} s` : `has been away for ${seconds} s`;
  return new ProviderError('EngineUnavailable', `${about}: the Docker Engine ${why}; nothing is kept of the pod`);
}

/** What a plugin answers whose node name another one has claimed. */
export function superseded(node: string): ProviderError {
  return new ProviderError('EngineUnavailable', `another plugin has claimed the node name ${node}; this one has stopped acting`);
}

function deadline(rooms: Rooms, cancelled: AbortSignal): { signal: AbortSignal; timeout: AbortSignal; callOff: () => void } {
  const timeout = new AbortController();
  const callOff = rooms.clock.at(new Date(rooms.clock.now().getTime() + LONGEST_WAIT_MS), () => timeout.abort());
  return { signal: AbortSignal.any([cancelled, timeout.signal]), timeout: timeout.signal, callOff };
}

function pause(rooms: Rooms): Promise<void> {
  return new Promise((resolve) => rooms.clock.at(new Date(rooms.clock.now().getTime() + PAUSE_MS), resolve));
}
