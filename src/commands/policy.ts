import type { Config } from '../config/index.js';
import type { NodePolicy } from '../docker/node/index.js';

/** What the configuration says about pods, as the Docker backend takes it. */
export function toPolicy(config: Config): NodePolicy {
  return { strict: config.Strict };
}
