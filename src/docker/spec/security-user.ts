import { type Pod, podSecurityOf, type SecurityContext } from '../../kube/index.js';

const ROOT = '0';

/** Whether the container's user depends on its image's, or may not be what the image says. */
export function needsImageUser({ runAsUser, runAsGroup, runAsNonRoot }: SecurityContext): boolean {
  return runAsUser === undefined && (runAsGroup !== undefined || runAsNonRoot === true);
}

/**
 * User and group as the engine takes them; `undefined` leaves both to the image. The image's user that was looked at is named,
 * so that it is the one that counts, whatever becomes of the image's name meanwhile.
 * @param imageUser as the image has it: `user`, `user:group`, or empty for root
 */
export function toUser(security: SecurityContext, imageUser: string | undefined): string | undefined {
  const { runAsUser, runAsGroup } = security;
  if (runAsUser === undefined && imageUser === undefined) return undefined;
  const user = runAsUser ?? (userOf(imageUser) || ROOT);
  if (runAsGroup !== undefined) return `${user}:${runAsGroup}`;
  return runAsUser === undefined ? imageUser || ROOT : String(user);
}

/** Ids of the groups that every container of the pod belongs to, beside its own. */
export function toGroupAdd(pod: Pod): string[] {
  const { supplementalGroups = [], fsGroup } = podSecurityOf(pod);
  return [...new Set([...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])])].map(String);
}

/**
 * Why a container that must not run as root must not run at all; `undefined` where it may. A name says nothing about the id.
 * @see Kubernetes, kubelet verifyRunAsNonRoot
 */
export function reasonNotToRun({ runAsNonRoot, runAsUser }: SecurityContext, imageUser: string | undefined): string | undefined {
  if (runAsNonRoot !== true) return undefined;
  if (runAsUser !== undefined) return runAsUser === 0 ? 'runAsNonRoot is set, and runAsUser is root (0)' : undefined;
  const user = userOf(imageUser);
  if (user === '' || /^0+$/.test(user)) return 'runAsNonRoot is set, and the image runs as root';
  if (!/^\d+$/.test(user)) return `runAsNonRoot is set, and the image has a user that is not a number (${JSON.stringify(user)}): whether it is root cannot be told; set runAsUser`;
  return undefined;
}

function userOf(imageUser: string | undefined): string {
  return imageUser?.split(':')[0] ?? '';
}
