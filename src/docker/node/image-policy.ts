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
  /** Absent: no image is ever removed, nor marked. */
  readonly collection?: ImageCollection;
}

/** When images that this plugin pulled are removed again. */
export interface ImageCollection {
  /** Per cent of the disk in use at which it begins, and down to which it goes. */
  readonly highPercent: number;
  readonly lowPercent: number;
  /** How long an image must not have been used. */
  readonly minAgeMs: number;
  /** Bytes that images, everybody's, may take; counts instead of the disk. */
  readonly budgetBytes?: number;
  /** Whether paths of the engine's host are paths of this one. */
  readonly isEngineHere: boolean;
}

export interface LoginFile {
  readonly path: string;
  /** Nothing is said when it is not there. */
  readonly optional: boolean;
}

/** Of a configuration that says nothing. */
export const DEFAULT_IMAGE_POLICY: ImagePolicy = { parallelPulls: 4, progressTimeoutMs: 120_000, loginFiles: [] };
