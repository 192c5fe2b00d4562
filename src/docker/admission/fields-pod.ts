import { type FieldTable, forbidden, honoured, honouredAs, isEmpty, notApplicable, only, refused, warned } from './field-rules.js';

/** A kubelet compares it with its Node object once more; here that is the virtual kubelet's. */
const SCHEDULED = 'the scheduler matches it with the virtual node';

/** Fields of PodSpec, without what its containers and volumes hold. */
export const POD_FIELDS: FieldTable = {
  activeDeadlineSeconds: refused('deadlines are not supported yet'),
  affinity: notApplicable(SCHEDULED),
  automountServiceAccountToken: notApplicable('the API server adds the volume'),
  containers: honoured('P1'),
  dnsConfig: refused('DNS settings are not supported yet'),
  dnsPolicy: refused('names are resolved by the engine', only('ClusterFirst', 'ClusterFirstWithHostNet', 'Default')),
  enableServiceLinks: honoured('P18'),
  ephemeralContainers: refused('a pod cannot be created with them'),
  evictionResponders: notApplicable('the control plane reads it'),
  hostAliases: refused('host aliases are not supported yet'),
  hostIPC: forbidden('pods do not get namespaces of the host'),
  hostNetwork: forbidden('pods do not get namespaces of the host'),
  hostPID: forbidden('pods do not get namespaces of the host'),
  hostUsers: refused('a user namespace for each pod is not supported', only(true)),
  hostname: honoured('P60'),
  hostnameOverride: refused('it is not supported; hostname is'),
  imagePullSecrets: warned('their contents do not reach this node; images are pulled with what the engine has'),
  initContainers: honoured('P6'),
  nodeName: honoured('P16'),
  nodeSelector: notApplicable(SCHEDULED),
  os: honoured('P1'),
  'os.name': honouredAs('P1', 'linux'),
  overhead: honoured('P35'),
  preemptionPolicy: notApplicable('the scheduler reads it'),
  priority: warned('no pod makes room for another here', only(0)),
  priorityClassName: notApplicable('the API server makes priority of it'),
  readinessGates: warned('interLink takes a pod that runs as ready'),
  resourceClaims: refused('dynamic resource allocation is not supported'),
  resources: honoured('P35'),
  'resources.claims': refused('dynamic resource allocation is not supported'),
  'resources.limits': honoured('P35'),
  'resources.requests': honoured('P35'),
  restartPolicy: honoured('P70'),
  runtimeClassName: refused('runtime classes are not supported'),
  schedulerName: notApplicable('the scheduler reads it'),
  schedulingGates: notApplicable('the scheduler reads it'),
  schedulingGroup: notApplicable('the scheduler reads it'),
  securityContext: honoured('P42'),
  serviceAccount: notApplicable('the older name of serviceAccountName, which the API server keeps equal'),
  serviceAccountName: honoured('P16'),
  setHostnameAsFQDN: refused('it is not supported'),
  shareProcessNamespace: refused('a shared process namespace is not supported yet'),
  subdomain: refused('subdomains are not supported yet'),
  terminationGracePeriodSeconds: honoured('P69'),
  tolerations: notApplicable(SCHEDULED),
  topologySpreadConstraints: notApplicable('the scheduler reads it'),
  volumes: honoured('P19'),
  workloadRef: notApplicable('the scheduler reads it'),
};

const NOT_YET = 'security settings are not supported yet';

/** Below `pod.spec.securityContext`. The accepted values are what a container of the engine has anyway. */
export const POD_SECURITY_FIELDS: FieldTable = {
  appArmorProfile: refused(NOT_YET, isDefaultProfile),
  fsGroup: refused(NOT_YET),
  fsGroupChangePolicy: notApplicable('volumes are made for the pod, so there are no owners to keep'),
  runAsGroup: refused(NOT_YET),
  runAsNonRoot: refused(NOT_YET),
  runAsUser: refused(NOT_YET),
  seLinuxChangePolicy: warned('the engine labels volumes in its own way'),
  seLinuxOptions: refused(NOT_YET),
  seccompProfile: refused(NOT_YET, isDefaultProfile),
  supplementalGroups: refused(NOT_YET),
  supplementalGroupsPolicy: refused(NOT_YET, only('Merge')),
  sysctls: forbidden('kernel settings of the host are not for pods'),
  windowsOptions: refused('this node runs linux'),
};

/** Below `securityContext` of a container. */
export const CONTAINER_SECURITY_FIELDS: FieldTable = {
  allowPrivilegeEscalation: refused(NOT_YET, only(true)),
  appArmorProfile: refused(NOT_YET, isDefaultProfile),
  capabilities: refused(NOT_YET),
  privileged: forbidden('privileged containers own the host'),
  procMount: forbidden('an unmasked /proc reaches the host', only('Default')),
  readOnlyRootFilesystem: refused(NOT_YET),
  runAsGroup: refused(NOT_YET),
  runAsNonRoot: refused(NOT_YET),
  runAsUser: refused(NOT_YET),
  seLinuxOptions: refused(NOT_YET),
  seccompProfile: refused(NOT_YET, isDefaultProfile),
  windowsOptions: refused('this node runs linux'),
};

function isDefaultProfile(profile: unknown): boolean {
  return isEmpty(profile) || (profile as { type?: unknown } | null)?.type === 'RuntimeDefault';
}
