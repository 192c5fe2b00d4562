export interface ImageDetails {
  readonly Id: string;
  readonly RepoTags: readonly string[];
  readonly RepoDigests: readonly string[];
  readonly User: string;
  readonly Labels: Readonly<Record<string, string>>;
  /** `linux`; empty where the image does not say. */
  readonly Os: string;
  /** `amd64`, `arm64`, …; empty where the image does not say. */
  readonly Architecture: string;
  /** Bytes, layers that it shares with others among them. */
  readonly Size: number;
  /** RFC 3339; when it last got a tag here. Absent where it never did. */
  readonly LastTagTime?: string;
}

/** One row of ImageList. */
export interface ImageSummary {
  readonly Id: string;
  readonly RepoTags: readonly string[];
  readonly RepoDigests: readonly string[];
}

/** What images take of the engine's disk. */
export interface ImageUsage {
  /** Bytes of all layers, each counted once. */
  readonly layersBytes: number;
  readonly images: readonly ImageUsageRow[];
}

export interface ImageUsageRow extends ImageSummary {
  /** Bytes that go when it goes: layers that no other image has. */
  readonly ownBytes: number;
  /** Containers made of it, running or not, anybody's; -1 where the engine cannot say. */
  readonly containers: number;
}

/** An image to get from its registry. */
export interface PullRequest {
  /** With a tag or a digest; `latest` where it has neither. */
  readonly name: string;
  /** `os/architecture[/variant]`; absent: the engine's own. */
  readonly platform?: string;
  /** Absent: nobody in particular. Never part of an error, nor of the URL. */
  readonly login?: RegistryLogin;
}

/** Who one is at a registry. The engine passes it on; it does not keep it. */
export interface RegistryLogin {
  readonly username?: string;
  readonly password?: string;
  /** Of a login by OAuth: exchanged for a token. */
  readonly identityToken?: string;
  /** Sent to the registry as it is. */
  readonly registryToken?: string;
}

/** One line of what the engine says while it pulls. */
export interface PullLine {
  /** Short id of the layer it is about; for the first line the tag. */
  readonly id?: string;
  /** `Pulling fs layer`, `Waiting`, `Downloading`, `Extracting`, `Pull complete`, … */
  readonly status: string;
  /** Bytes so far, and in all, of this step. */
  readonly current?: number;
  readonly total?: number;
}

/** Told of every line, several a second. */
export type OnPullLine = (line: PullLine) => void;
