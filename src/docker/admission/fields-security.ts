import { type FieldTable, honoured, honouredAs, notApplicable, warned } from './field-rules.js';

/** Of either security context. */
const OF_BOTH: FieldTable = {
  ...allHonoured('P50', 'appArmorProfile', 'appArmorProfile.type', 'appArmorProfile.localhostProfile'),
  ...allHonoured('P42', 'runAsGroup', 'runAsUser'),
  ...allHonoured('P43', 'runAsNonRoot'),
  ...allHonoured('P50', 'seLinuxOptions', 'seLinuxOptions.level', 'seLinuxOptions.role', 'seLinuxOptions.type', 'seLinuxOptions.user'),
  ...allHonoured('P49', 'seccompProfile', 'seccompProfile.type', 'seccompProfile.localhostProfile'),
  windowsOptions: notApplicable('no kubelet on Linux reads it'),
};

/** Below `pod.spec.securityContext`. */
export const POD_SECURITY_FIELDS: FieldTable = {
  ...OF_BOTH,
  fsGroup: honoured('P44'),
  fsGroupChangePolicy: honouredAs('P44', 'Always', 'OnRootMismatch'),
  seLinuxChangePolicy: warned('the engine labels volumes in its own way'),
  ...allHonoured('P42', 'supplementalGroups', 'supplementalGroupsPolicy'),
  ...allHonoured('P51', 'sysctls', 'sysctls[].name', 'sysctls[].value'),
};

/** Below `securityContext` of a container. */
export const CONTAINER_SECURITY_FIELDS: FieldTable = {
  ...OF_BOTH,
  ...allHonoured('P47', 'allowPrivilegeEscalation'),
  ...allHonoured('P45', 'capabilities', 'capabilities.add', 'capabilities.drop'),
  ...allHonoured('P46', 'privileged'),
  ...allHonoured('P51', 'procMount'),
  ...allHonoured('P48', 'readOnlyRootFilesystem'),
};

function allHonoured(shownBy: string, ...fields: readonly string[]): FieldTable {
  return Object.fromEntries(fields.map((field) => [field, honoured(shownBy)]));
}
