import type { Config } from '../config/index.js';
import type { ImageCollection, ImagePolicy } from '../docker/node/index.js';

/** How images come to this node and go again, as the Docker backend takes it. */
export function toImagePolicy(config: Config): ImagePolicy {
  const { ParallelPulls: parallelPulls, PullProgressTimeout: progressTimeoutMs, Platform: platform, Logins: logins } = config.Images;
  const loginFiles = [...(logins === undefined ? [] : [{ path: logins, optional: false }]), { path: config.dockerConfigFile, optional: true }];
  const collection = toCollection(config);
  return { parallelPulls, progressTimeoutMs, ...(platform !== undefined && { platform }), loginFiles, ...(collection && { collection }) };
}

/** A socket may lead to another machine; an operator who has it so is told to give a budget. */
function toCollection({ Images, docker }: Config): ImageCollection | undefined {
  const { GCHighPercent: highPercent, GCLowPercent: lowPercent, GCMinAge: minAgeMs, GCBudget: budgetBytes } = Images;
  return highPercent === undefined ? undefined : { highPercent, lowPercent, minAgeMs, ...(budgetBytes !== undefined && { budgetBytes }), isEngineHere: docker.kind === 'socket' };
}
