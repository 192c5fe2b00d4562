/** Levels of the Pod Security Standards, from the most to the least that a pod may ask for. */
export const POD_SECURITY_LEVELS = ['privileged', 'baseline', 'restricted'] as const;

export type PodSecurityLevel = (typeof POD_SECURITY_LEVELS)[number];

/** A range of ports of the host, both ends in it. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Directories of the host that pods may mount with all that is below them. */
export interface AllowedHostPath {
  /** Absolute, without a slash at its end. */
  readonly path: string;
  readonly readOnly: boolean;
}

/** What the operator lets pods do to the host, and how their containers are confined. */
export interface PodSecurityPolicy {
  readonly level: PodSecurityLevel;
  /** Single things over the level. */
  readonly allowed: {
    /** Without `CAP_`, in capitals. */
    readonly capabilities: readonly string[];
    /** Names with dots; one that ends in `*` stands for all that begin like it. */
    readonly sysctls: readonly string[];
    readonly hostPaths: readonly AllowedHostPath[];
    readonly hostNetwork: boolean;
    readonly hostPorts?: PortRange;
    /** The address of the host that pods' ports are on; absent: any. */
    readonly hostAddress?: string;
  };
  /** Whether programs cannot gain privileges unless their container asks for it; else only where it says that they must not. */
  readonly noNewPrivileges: boolean;
  /** Directory of this host with seccomp profiles that pods may name; absent: none. */
  readonly seccompProfiles?: string;
  /** The engine's runtime by name of a runtime class; one that is not named here is its own. */
  readonly runtimeClasses: Readonly<Record<string, string>>;
}

/** Of a configuration that says nothing. */
export const DEFAULT_POD_SECURITY: PodSecurityPolicy = {
  level: 'baseline',
  allowed: { capabilities: [], sysctls: [], hostPaths: [], hostNetwork: false },
  noNewPrivileges: true,
  runtimeClasses: {},
};

/**
 * The allowed directory that a path of the host is, or lies below; the deepest one. By the words of the path only: where links
 * lead is the host's.
 */
export function findAllowedHostPath({ allowed }: PodSecurityPolicy, path: string): AllowedHostPath | undefined {
  if (typeof path !== 'string') return undefined; // of a pod that nobody has looked at yet
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (!path.startsWith('/') || parts.includes('..')) return undefined;
  const place = `/${parts.join('/')}`;
  const isIn = (directory: string): boolean => place === directory || place.startsWith(directory === '/' ? directory : `${directory}/`);
  return allowed.hostPaths.filter((one) => isIn(one.path)).sort((a, b) => b.path.length - a.path.length)[0];
}

/** The engine's runtime of a runtime class. */
export function toRuntime({ runtimeClasses }: PodSecurityPolicy, runtimeClass: string): string {
  return Object.hasOwn(runtimeClasses, runtimeClass) ? (runtimeClasses[runtimeClass] ?? runtimeClass) : runtimeClass;
}
