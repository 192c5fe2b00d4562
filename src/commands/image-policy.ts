import type { Config } from '../config/index.js';
import type { ImagePolicy } from '../docker/node/index.js';

/** How images come to this node, as the Docker backend takes it. */
export function toImagePolicy({ Images, dockerConfigFile }: Config): ImagePolicy {
  const { ParallelPulls: parallelPulls, PullProgressTimeout: progressTimeoutMs, Platform: platform, Logins: logins } = Images;
  const loginFiles = [...(logins === undefined ? [] : [{ path: logins, optional: false }]), { path: dockerConfigFile, optional: true }];
  return { parallelPulls, progressTimeoutMs, ...(platform !== undefined && { platform }), loginFiles };
}
