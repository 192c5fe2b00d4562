/**
 * A volume of the pod as the engine has it, or a part of one: `subPath` is the part as mounts name it. Several entries may
 * share a name; a mount of a part without an entry of its own is a part of the whole volume's, found by the engine.
 */
export type PodVolume = OwnVolume | HeldVolume | MountedVolume | ClaimVolume | HostVolume | ImageVolume | BlockVolume;

interface VolumeEntry {
  /** Name in pod.spec.volumes. */
  readonly name: string;
  /** Absent: the whole volume. */
  readonly subPath?: string;
}

/** Directory that the engine keeps for this pod alone, removed with it. */
export interface OwnVolume extends VolumeEntry {
  readonly kind: 'own';
  /** Name on the engine. */
  readonly engineName: string;
  /** SHA-256 over the files written into it; absent where none were. */
  readonly digest?: string;
  /** Of a part that is a single file: its name in the engine volume. */
  readonly file?: string;
  /** When the first of the service account tokens in it ends, RFC 3339. */
  readonly tokenExpiresAt?: string;
}

/** Secret files in the node's memory. The record's sealed part has their contents. */
export interface HeldVolume extends VolumeEntry {
  readonly kind: 'held';
  /** Of the directory, or of the one file that `subPath` names, on the engine's host. */
  readonly path: string;
  /** See OwnVolume. */
  readonly tokenExpiresAt?: string;
}

/** Something that the engine's local driver mounts for this pod alone: memory, an NFS export, a tree of the host. */
export interface MountedVolume extends VolumeEntry {
  readonly kind: 'mounted';
  readonly engineName: string;
  readonly options: DriverOptions;
  /** Part of it that is mounted, found by the engine without leaving it. */
  readonly below?: string;
  readonly readOnly?: true;
}

/** Options of the local driver, as for mount(8). */
export interface DriverOptions {
  readonly type: 'tmpfs' | 'hugetlbfs' | 'nfs' | 'none';
  readonly device: string;
  readonly o: string;
}

/** Named engine volume behind a claim: other pods use it too, and it is kept when they go. */
export interface ClaimVolume extends VolumeEntry {
  readonly kind: 'claim';
  readonly engineName: string;
  /** Whatever a mount says. */
  readonly readOnly?: true;
}

/** File or directory of the engine's host. */
export interface HostVolume extends VolumeEntry {
  readonly kind: 'host';
  /** Absolute and clean. No pod can plant a link on the way to it. */
  readonly path: string;
  readonly readOnly?: true;
  /** What is made where there is nothing. */
  readonly create?: 'directory' | 'file';
}

/** Root file system of an image. */
export interface ImageVolume extends VolumeEntry {
  readonly kind: 'image';
  readonly reference: string;
}

/** Block device behind a claim, which containers have as a device instead of a mount. */
export interface BlockVolume extends VolumeEntry {
  readonly kind: 'block';
  /** On the engine's host. */
  readonly devicePath: string;
  readonly readOnly?: true;
}
