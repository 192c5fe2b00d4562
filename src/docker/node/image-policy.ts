/** How images come to this node. */
export interface ImagePolicy {
  /** Pulls at once; the rest wait in the order in which they were asked for. */
  readonly parallelPulls: number;
  /** A pull of which nothing is heard for so long is given up, and tried again after a back-off. */
  readonly progressTimeoutMs: number;
  /** `os/architecture[/variant]` that images are for; absent: what the engine runs on. */
  readonly platform?: string;
  /** Files with the node's own logins, in the form of docker's config.json, the first asked first. They are read at each pull. */
  readonly loginFiles: readonly LoginFile[];
}

export interface LoginFile {
  readonly path: string;
  /** Nothing is said when it is not there. */
  readonly optional: boolean;
}

/** Of a configuration that says nothing. */
export const DEFAULT_IMAGE_POLICY: ImagePolicy = { parallelPulls: 4, progressTimeoutMs: 120_000, loginFiles: [] };
