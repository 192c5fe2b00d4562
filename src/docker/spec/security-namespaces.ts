import type { HostConfig } from '../../engine/index.js';
import { type Container, type Pod, podSecurityOf, toSysctlName } from '../../kube/index.js';
import { hasSecurityOption, type NodeTraits, toRuntime } from '../node/index.js';

const HOST = 'host';

/** Process and IPC namespaces of a container: the host's, the sandbox's, or its own. @param joined of the sandbox, where it is shared */
export function toOtherNamespaces({ spec }: Pod, joined: string | undefined): Pick<HostConfig, 'PidMode' | 'IpcMode'> {
  const pid = spec.hostPID === true ? HOST : spec.shareProcessNamespace === true ? joined : undefined;
  const ipc = spec.hostIPC === true ? HOST : joined;
  return { ...(pid !== undefined && { PidMode: pid }), ...(ipc !== undefined && { IpcMode: ipc }) };
}

/**
 * On an engine that gives its containers users of their own, what is the host's needs the host's users. Elsewhere nothing.
 * @see Docker Engine, "Isolate containers with a user namespace"
 */
export function toUserNamespace({ spec }: Pod, container: Container, { abilities }: NodeTraits): Pick<HostConfig, 'UsernsMode'> {
  const needsHost = spec.hostPID === true || spec.hostIPC === true || spec.hostNetwork === true || container.securityContext?.privileged === true;
  return needsHost && hasSecurityOption(abilities, 'userns') ? { UsernsMode: HOST } : {};
}

/** The same for the sandbox, which runs nothing of the pod's. */
export function toSandboxUsers({ spec }: Pod, { abilities }: NodeTraits): Pick<HostConfig, 'UsernsMode'> {
  return spec.hostNetwork === true && hasSecurityOption(abilities, 'userns') ? { UsernsMode: HOST } : {};
}

/** Kernel settings, for the owner of the namespaces that hold them. */
export function toSysctls(pod: Pod): Pick<HostConfig, 'Sysctls'> {
  const { sysctls = [] } = podSecurityOf(pod);
  return sysctls.length === 0 ? {} : { Sysctls: Object.fromEntries(sysctls.map(({ name, value }) => [toSysctlName(name), value])) };
}

/** The runtime of the pod's class, for its sandbox and every container. */
export function toRuntimeOf({ spec }: Pod, { policy }: NodeTraits): Pick<HostConfig, 'Runtime'> {
  return spec.runtimeClassName ? { Runtime: toRuntime(policy.podSecurity, spec.runtimeClassName) } : {};
}
