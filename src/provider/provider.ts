import type { Readable } from 'node:stream';
import { ProviderError } from '../errors.js';
import type { Pod } from '../kube/index.js';
import type { CreateRequest, LogRequest, NodeReport, PodStatus } from '../wire/index.js';
import type { Metric } from './metrics.js';
import type { NodeOperations } from './node-operations.js';
import type { PodDetails } from './pod-details.js';
import type { PodRow } from './pod-rows.js';
import type { CallContext, CreatedPod } from './types.js';

/**
 * A backend that runs pods. Subclass it, override what the backend can do, hand it to `createApp`.
 * A method that is not overridden answers 501 NOT IMPLEMENTED. Throw `ProviderError` to choose the answer.
 * @see https://interlink-project.dev for the calls behind these methods
 */
export abstract class Provider {
  /**
   * Take a pod on. Resolve as soon as it is durably accepted, before images are pulled: interLink gives up after
   * 120 s and counts anything but success as a failed pod. The same UID again is the same pod.
   * @throws ProviderError `InvalidPod`, `Forbidden`, `PodDeleted`, `TooLarge`, `OutOfResources`, `EngineUnavailable`
   */
  create(_request: CreateRequest, _context: CallContext): Promise<CreatedPod> {
    return notImplemented('create');
  }

  /**
   * Stop and remove a pod, with its grace period. Called once; from then on the provider owns the clean-up.
   * @throws ProviderError `PodNotFound` for a UID never heard of
   */
  delete(_pod: Pod, _context: CallContext): Promise<void> {
    return notImplemented('delete');
  }

  /** Status of those of `pods` that the provider can speak for, in any order. */
  status(_pods: readonly Pod[], _context: CallContext): Promise<readonly PodStatus[]> {
    return notImplemented('status');
  }

  /** A container's log as the kubelet writes it; the stream is destroyed when the reader leaves. */
  getLogs(_request: LogRequest, _context: CallContext): Promise<Readable> {
    return notImplemented('getLogs');
  }

  /** Capacity of this node. Without it the ping answers only that the plugin lives. */
  ping?(context: CallContext): Promise<NodeReport>;

  /** Its figures for `GET /metrics`, from memory: it is asked every few seconds. */
  metrics?(): readonly Metric[];

  /**
   * What it lacks to do its work, a line each, from memory; none: it is ready. Without this method it counts as ready as soon as calls
   * are answered. For `GET /readyz`.
   */
  missing?(): readonly string[];

  /** Its pods for the operator, from memory. */
  podRows?(): readonly PodRow[];

  /** What its operator can do with the node. */
  readonly operations?: NodeOperations;
  /** One pod for the operator, from memory; also one that was refused, as far as it is remembered. `undefined`: never heard of. */
  podDetails?(podUid: string): PodDetails | undefined;

  /** Called once the server has its address. Calls may come already; answer them 503, or let them wait. */
  start?(): Promise<void>;

  /** Called after the last request; pods keep running. */
  stop?(): Promise<void>;
}

function notImplemented(method: string): Promise<never> {
  return Promise.reject(new ProviderError('NotImplemented', `NOT IMPLEMENTED: this plugin has no ${method}`));
}
