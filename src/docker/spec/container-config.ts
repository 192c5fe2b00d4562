import type { ContainerConfig, HostConfig } from '../../engine/index.js';
import { type Container, normalizeImage } from '../../kube/index.js';
import type { NodeTraits } from '../node/index.js';
import { LABEL, podLabels, type PodRecord } from '../record/index.js';
import { toEnvironment } from './environment.js';
import { toContainerMounts } from './mounts.js';
import { ownNamespaces } from './network.js';
import { toResources, toSharedMemory } from './resources.js';
import { LOG_ROTATION, NO_HEALTHCHECK, NO_RESTARTS } from './settings.js';

/** The pod's sandbox, and whether its namespaces are the pod's (`sharesNamespaces`). */
export interface SandboxReference {
  readonly id: string;
  readonly shared: boolean;
}

/**
 * Create options of one attempt of a container. The attempt shows in the container's name only.
 * @throws ProviderError `InvalidPod` when it mounts a volume that the pod does not have
 * @throws InvalidQuantity, InvalidImageName in a pod that admission has not seen
 * @see Kubernetes API reference, Container v1; Docker Engine API, ContainerCreate
 */
export function toContainerConfig(record: PodRecord, container: Container, _attempt: number, sandbox: SandboxReference, node: NodeTraits): ContainerConfig {
  const { HostConfig: namespaces, ...identity } = sandbox.shared ? joinedNamespaces(sandbox.id) : ownNamespaces(record, [container]);
  return {
    Image: normalizeImage(container.image ?? ''),
    ...toProcess(container),
    ...identity,
    Healthcheck: NO_HEALTHCHECK,
    Labels: {
      ...podLabels(record.pod, node.name),
      [LABEL.container]: container.name,
      [LABEL.type]: 'container',
      [LABEL.sandboxId]: sandbox.id,
    },
    HostConfig: {
      ...namespaces,
      ...toResources(record.pod, container, node),
      ...(!sandbox.shared && toSharedMemory(node)),
      RestartPolicy: NO_RESTARTS,
      LogConfig: LOG_ROTATION,
      Mounts: toContainerMounts(record, container, node),
    },
  };
}

/** The engine refuses host name and ports on a member: they are the sandbox's. */
function joinedNamespaces(sandboxId: string): { HostConfig: HostConfig } {
  const joined = `container:${sandboxId}`;
  return { HostConfig: { NetworkMode: joined, IpcMode: joined } };
}

/**
 * Kubernetes' `command` is the engine's entrypoint. With an entrypoint and no Cmd the engine leaves the image's Cmd out, and
 * with a Cmd alone it keeps the image's entrypoint: both just as Kubernetes wants it.
 */
function toProcess(container: Container): Partial<ContainerConfig> {
  const { list, expand } = toEnvironment(container.env ?? []);
  const { command, args, workingDir, stdin, stdinOnce, tty } = container;
  return {
    ...(command?.length && { Entrypoint: command.map(expand) }),
    ...(args?.length && { Cmd: args.map(expand) }),
    Env: list,
    ...(workingDir && { WorkingDir: workingDir }),
    ...(tty && { Tty: true }),
    ...(stdin && { OpenStdin: true, StdinOnce: stdinOnce ?? false }),
  };
}
