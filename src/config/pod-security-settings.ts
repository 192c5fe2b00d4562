import { z } from 'zod';
import { listSetting, mapSetting } from './collection-setting.js';
import { readAbsolutePath, readAddress, readFlag, readMatching } from './readers.js';
import { optionalSetting, type Reader, setting } from './setting.js';

const LEVELS = ['privileged', 'baseline', 'restricted'] as const;
const ALLOWED_FLAG = 'true or false';
/** A class is an object of the cluster, a runtime a key of the engine's configuration. */
const readRuntimeClass = readMatching(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/);
const readRuntime = readMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/);

const readLevel: Reader<(typeof LEVELS)[number]> = (raw) => LEVELS.find((level) => level === raw);

/** Without `CAP_`, in capitals. */
const readCapability: Reader<string> = (raw) => {
  const name = String(raw).toUpperCase().replace(/^CAP_/, '');
  return /^[A-Z_]{2,40}$/.test(name) ? name : undefined;
};

const readSysctl = readMatching(/^[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*(\.\*)?$/);

/** `/data`, or `/data:ro` for reading only. */
const readHostPath: Reader<{ path: string; readOnly: boolean }> = (raw) => {
  const [, path = '', readOnly] = /^(\/[^\0]*?)(:ro)?$/.exec(String(raw)) ?? [];
  if (path === '' || path.split('/').some((part) => part === '..' || part === '.')) return undefined;
  return { path: path.replace(/\/+/g, '/').replace(/(?<=.)\/$/, ''), readOnly: readOnly !== undefined };
};

const readPortRange: Reader<{ first: number; last: number }> = (raw) => {
  const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(String(raw)) ?? [];
  const range = { first: Number(first), last: Number(last) };
  return range.first >= 1 && range.last >= range.first && range.last <= 65_535 ? range : undefined;
};

/** What pods may do to the host. The lists open single things that the level forbids. */
export const podSecuritySettings = z
  .strictObject({
    Level: setting(readLevel, {
      fallback: 'baseline',
      allowed: LEVELS.join(', ').replace(/, (\w+)$/, ' or $1'),
      about: 'Level of the Pod Security Standards that pods are held to; one that is over it is refused with its field.',
    }),
    NoNewPrivileges: setting(readFlag, {
      fallback: true,
      allowed: ALLOWED_FLAG,
      about: 'Programs cannot gain privileges (setuid, file capabilities) unless their container says `allowPrivilegeEscalation: true`. false: only where it says false, as on a kubelet.',
    }),
    Capabilities: listSetting(readCapability, { allowed: 'names of capabilities, such as NET_RAW, SYS_PTRACE', about: 'Capabilities that containers may add.' }),
    Sysctls: listSetting(readSysctl, {
      allowed: 'names of kernel settings, such as net.core.somaxconn, net.ipv4.*',
      about: 'Kernel settings that pods may set beside the safe ones; only those of a namespace of the pod.',
    }),
    HostPaths: listSetting(readHostPath, { allowed: 'absolute directories, such as /data, /scratch:ro', about: 'Directories of the host that pods may mount, and what is below them; `:ro` for reading only.' }),
    HostNetwork: setting(readFlag, { fallback: false, allowed: ALLOWED_FLAG, about: "Pods may use the host's network." }),
    HostPorts: optionalSetting(readPortRange, { allowed: 'a port or a range of them, such as 30000-30100', about: 'Ports of the host that pods may have.' }),
    HostAddress: optionalSetting(readAddress, { allowed: 'an IP address', about: 'Address of the host that the ports of pods are on. Without it: any.' }),
    SeccompProfiles: optionalSetting(readAbsolutePath, { allowed: 'an absolute path', about: "Directory on the plugin's host with seccomp profiles that pods name by `localhostProfile`." }),
    RuntimeClasses: mapSetting(readRuntimeClass, readRuntime, {
      allowed: 'names of runtime classes with runtimes of the engine, such as gvisor=runsc',
      about: 'Runtime of the engine for a runtime class. A class that is not named here is looked for under its own name.',
    }),
  })
  .prefault({});
