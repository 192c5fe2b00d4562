/** What volumes of pods may be made of, beside what the cluster sends and the host paths of `PodSecurityPolicy`. */
export interface VolumePolicy {
  /** The first that fits a claim counts. */
  readonly claims: readonly ClaimRule[];
  readonly nfs: readonly AllowedExport[];
}

/** Where the data of the claims that fit a pattern lies. */
export interface ClaimRule {
  /** `namespace/claim`; `*` stands for any run of characters of a name. */
  readonly pattern: string;
  readonly kind: 'volume' | 'directory' | 'device';
  /** Name of an engine volume, or absolute path of a directory or a block device, with `{namespace}` and `{claim}`. */
  readonly template: string;
  readonly readOnly: boolean;
}

/** Export of an NFS server that pods may mount with all that is below it. */
export interface AllowedExport {
  readonly server: string;
  /** Absolute, without a slash at its end. */
  readonly path: string;
  readonly readOnly: boolean;
}

/** Of a configuration that says nothing. */
export const DEFAULT_VOLUME_POLICY: VolumePolicy = { claims: [], nfs: [] };
