import type { Config } from '../config/index.js';
import type { ImagePolicy } from '../docker/node/index.js';

/** How images come to this node, as the Docker backend takes it. */
export function toImagePolicy({ Images }: Config): ImagePolicy {
  const { ParallelPulls: parallelPulls, PullProgressTimeout: progressTimeoutMs, Platform: platform } = Images;
  return { parallelPulls, progressTimeoutMs, ...(platform !== undefined && { platform }) };
}
