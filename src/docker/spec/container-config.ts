import type { ContainerConfig } from '../../engine/index.js';
import { type Container, MESH_HELPER, normalizeImage } from '../../kube/index.js';
import type { NodeTraits } from '../node/index.js';
import { LABEL, podLabels, type PodRecord } from '../record/index.js';
import { toDevices, TUN_RULES, withOwnDevices } from './devices.js';
import { toEnvironment } from './environment.js';
import { toContainerMounts } from './mounts.js';
import { ownNamespaces } from './network.js';
import { toResources, toSharedMemory } from './resources.js';
import type { ContainerFacts } from './container-facts.js';
import { toContainerSecurity } from './security.js';
import { toOtherNamespaces, toRuntimeOf, toSysctls, toUserNamespace } from './security-namespaces.js';
import { NO_HEALTHCHECK, NO_RESTARTS, toLogConfig } from './settings.js';

/** The pod's sandbox, and whether its namespaces are the pod's (`sharesNamespaces`). */
export interface SandboxReference {
  readonly id: string;
  readonly shared: boolean;
}

/**
 * Create options of a container, the same for each of its attempts.
 * @param facts what was looked up for it
 * @throws ProviderError `InvalidPod` when it mounts a volume that the pod does not have
 * @throws InvalidQuantity, InvalidImageName in a pod that admission has not seen
 * @see Kubernetes API reference, Container v1; Docker Engine API, ContainerCreate
 */
export function toContainerConfig(record: PodRecord, container: Container, sandbox: SandboxReference, node: NodeTraits, facts: ContainerFacts = {}): ContainerConfig {
  const { HostConfig: namespaces, ...identity } = toNamespaces(record, container, sandbox, node);
  const { HostConfig: security, ...user } = toContainerSecurity(record.pod, container, node, facts);
  const process = toProcess(container);
  return {
    Image: normalizeImage(container.image ?? ''),
    ...process,
    Env: withOwnDevices(process.Env ?? [], record, container, node),
    ...user,
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
      ...security,
      ...toResources(record.pod, container, node),
      ...toDevices(record, container),
      ...(container.name === MESH_HELPER && TUN_RULES),
      ...(!sandbox.shared && toSharedMemory(node)),
      RestartPolicy: NO_RESTARTS,
      LogConfig: toLogConfig(node.policy.logs),
      Mounts: toContainerMounts(record, container, node, facts.mountpoints),
    },
  };
}

/** A member names neither host name, ports nor kernel settings: they are the sandbox's, and the engine refuses or ignores them. */
function toNamespaces(record: PodRecord, container: Container, { id, shared }: SandboxReference, node: NodeTraits): Pick<ContainerConfig, 'HostConfig' | 'Hostname' | 'Domainname'> {
  const joined = shared ? `container:${id}` : undefined;
  const { HostConfig: network, ...identity } = joined === undefined ? ownNamespaces(record, [container], node) : { HostConfig: { NetworkMode: joined } };
  return {
    ...identity,
    HostConfig: {
      ...network,
      ...toOtherNamespaces(record.pod, joined),
      ...toUserNamespace(record.pod, container, node),
      ...(joined === undefined && toSysctls(record.pod)),
      ...toRuntimeOf(record.pod, node),
    },
  };
}

/**
 * Kubernetes' `command` is the engine's entrypoint. With an entrypoint and no Cmd the engine leaves the image's Cmd out, and
 * with a Cmd alone it keeps the image's entrypoint: both just as Kubernetes wants it.
 */
function toProcess(container: Container): Partial<ContainerConfig> {
  const { list, expand } = toEnvironment(container.env ?? []);
  const { command, args, workingDir, stdin, stdinOnce, tty, lifecycle } = container;
  return {
    ...(command?.length && { Entrypoint: command.map(expand) }),
    ...(args?.length && { Cmd: args.map(expand) }),
    Env: list,
    ...(workingDir && { WorkingDir: workingDir }),
    ...(tty && { Tty: true }),
    ...(lifecycle?.stopSignal && { StopSignal: lifecycle.stopSignal }),
    ...(stdin && { OpenStdin: true, StdinOnce: stdinOnce ?? false }),
  };
}
