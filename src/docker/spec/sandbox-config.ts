import type { ContainerConfig, HostConfig } from '../../engine/index.js';
import { allContainers, podSecurityOf, sharesNamespaces } from '../../kube/index.js';
import type { NodeTraits } from '../node/index.js';
import { LABEL, podLabels, type PodRecord, SANDBOX } from '../record/index.js';
import { ownNamespaces } from './network.js';
import { sandboxOomScore } from './oom-score.js';
import { LEAST_CPU_SHARES, toSharedMemory } from './resources.js';
import { toSandboxVolumes } from './sandbox-volumes.js';
import { toRuntimeOf, toSandboxUsers, toSysctls } from './security-namespaces.js';
import { toSELinux } from './security-options.js';
import { NO_HEALTHCHECK, NO_RESTARTS, toLogConfig } from './settings.js';

/** Owns nothing in the image, so that nothing that runs there can write. */
const SANDBOX_USER = '65535:65535';

/**
 * Create options of a pod's sandbox: the record in its environment, the pod's volumes for one archive to fill them, and,
 * where the pod's containers share them, the pod's namespaces.
 * @param image whose entrypoint is the sandbox tool
 * @param env the encoded record
 * @param isRemade there was a sandbox before it, through which the files of the volumes were written
 */
export function toSandboxConfig(record: PodRecord, node: NodeTraits, image: string, env: readonly string[], isRemade = false): ContainerConfig {
  const { HostConfig: namespaces, ...identity } = sharesNamespaces(record.pod) ? sharedNamespaces(record, node) : NO_NAMESPACES;
  const oomScore = sandboxOomScore(node.abilities);
  return {
    Image: image,
    Cmd: ['pause'],
    Env: env,
    User: SANDBOX_USER,
    ...identity,
    Healthcheck: NO_HEALTHCHECK,
    Labels: {
      ...podLabels(record.pod, node.name),
      [LABEL.container]: SANDBOX,
      [LABEL.type]: 'podsandbox',
      [LABEL.record]: String(record.version),
    },
    HostConfig: {
      ...namespaces,
      ...toRuntimeOf(record.pod, node),
      RestartPolicy: NO_RESTARTS,
      LogConfig: toLogConfig(node.policy.logs),
      CpuShares: LEAST_CPU_SHARES,
      ...(oomScore !== 0 && { OomScoreAdj: oomScore }),
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges', ...toSELinux(podSecurityOf(record.pod).seLinuxOptions)],
      // The engine refuses to unpack an archive into a container whose root is read-only.
      ReadonlyRootfs: false,
      ...toSandboxVolumes(record, node, isRemade),
    },
  };
}

type Namespaces = Omit<ContainerConfig, 'Image' | 'HostConfig'> & { readonly HostConfig: HostConfig };

/** Never started: the pod's address is its one container's. */
const NO_NAMESPACES: Namespaces = { HostConfig: { NetworkMode: 'none' } };

function sharedNamespaces(record: PodRecord, node: NodeTraits): Namespaces {
  const { HostConfig: network, ...identity } = ownNamespaces(record, allContainers(record.pod), node);
  return { ...identity, HostConfig: { ...network, ...toSandboxUsers(record.pod, node), ...toSysctls(record.pod), IpcMode: 'shareable', ...toSharedMemory(node) } };
}
