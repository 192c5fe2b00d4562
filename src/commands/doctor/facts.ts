import type { EngineDiagnosis, NetworkSummary } from '../../engine/index.js';

/** What came of the call to the engine. */
export type EngineFacts =
  | { readonly kind: 'reached'; readonly diagnosis: EngineDiagnosis; readonly networks: readonly NetworkSummary[]; /** Milliseconds that its clock is ahead of ours. */ readonly skewMs: number }
  /** `code` of the connection that failed (`ENOENT`, `EACCES`, …), where there is one. */
  | { readonly kind: 'away'; readonly code?: string; readonly message: string };

/** An address range of this host. */
export interface HostRange {
  readonly name: string;
  readonly cidr: string;
}

/** Bytes of a file system. */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** A directory, or the nearest one above it that is there. */
export interface DirectoryFacts {
  readonly path: string;
  readonly existing: string;
  readonly isWritable: boolean;
}

/** What is at the address that the plugin is to listen on. */
export type AddressFacts =
  | { readonly kind: 'free' }
  /** Nobody may listen there; `code` as of the system. */
  | { readonly kind: 'unusable'; readonly code: string }
  /** A plugin of this project, and its node. */
  | { readonly kind: 'plugin'; readonly node: string }
  /** Something listens that does not say to a command what it is; why. */
  | { readonly kind: 'unasked'; readonly why: string }
  /** Something answers that does not tell a node. */
  | { readonly kind: 'other'; readonly answer: string };
