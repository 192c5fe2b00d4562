export type { CreateRequest, DeliveredObjects, FileMap, LogOptions, LogRequest, NodeReport, PodStatus } from '../wire/index.js';

/** A pod the provider took on. `jobId` is the provider's own name for it; interLink stores it as annotation `JobID`. */
export interface CreatedPod {
  readonly uid: string;
  readonly jobId: string;
}

/** Goes with every call: who asked (log lines), and when to stop working for them. */
export interface CallContext {
  /** interLink's `InterLink-Http-Session`, or one made here. */
  readonly session: string;
  /** Aborted when the caller has left. */
  readonly signal: AbortSignal;
}
