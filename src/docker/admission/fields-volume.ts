import { type FieldRule, type FieldTable, honoured, honouredAs, notApplicable, refused, refusedByAll } from './field-rules.js';

const RETIRED: FieldRule = refusedByAll('Kubernetes itself no longer has this kind of volume');
/** The kubelet's own code for them is gone (KEP-625): it hands them to a driver that the cluster's operator installs beside it. */
const DRIVERS: FieldRule = refusedByAll('Kubernetes has left this kind of volume to CSI drivers, of which a virtual node has none');
const OTHER_STORAGE: FieldRule = refused('this kind of volume is not supported', () => false);

/** Fields of a volume of the pod. */
export const VOLUME_FIELDS: FieldTable = {
  name: honoured('P19'),
  emptyDir: honoured('P19'),
  'emptyDir.medium': honoured('P20'),
  'emptyDir.sizeLimit': honoured('P31'),
  'emptyDir.mode': honoured('P19'),
  ...objectFields('configMap', 'P21', 'name', 'defaultMode', 'defaultUser'),
  ...objectFields('secret', 'P21', 'secretName', 'defaultMode', 'defaultUser'),
  projected: honoured('P23'),
  'projected.defaultMode': honoured('P23'),
  'projected.defaultUser': honoured('P23'),
  'projected.sources': honoured('P23'),
  'projected.sources[].clusterTrustBundle': refused('trust bundles do not come with the pod', () => false),
  ...objectFields('projected.sources[].configMap', 'P23', 'name'),
  ...downwardFields('projected.sources[].downwardAPI', 'P23'),
  'projected.sources[].podCertificate': refused('certificates do not come with the pod', () => false),
  ...objectFields('projected.sources[].secret', 'P23', 'name'),
  'projected.sources[].serviceAccountToken': honoured('P23'),
  'projected.sources[].serviceAccountToken.audience': honoured('P23'),
  'projected.sources[].serviceAccountToken.expirationSeconds': honoured('P23'),
  'projected.sources[].serviceAccountToken.path': honoured('P23'),
  'projected.sources[].serviceAccountToken.user': honoured('P23'),
  ...downwardFields('downwardAPI', 'P24', 'defaultMode', 'defaultUser'),
  ...allHonoured('hostPath', 'P25', ['path', 'type']),
  ...allHonoured('persistentVolumeClaim', 'P26', ['claimName', 'readOnly']),
  ...allHonoured('ephemeral', 'P26', ['volumeClaimTemplate', 'volumeClaimTemplate.spec']),
  'ephemeral.volumeClaimTemplate.metadata': notApplicable('it is for the claim that the control plane makes'),
  'ephemeral.volumeClaimTemplate.spec.accessModes': notApplicable('the volume is one pod\'s'),
  'ephemeral.volumeClaimTemplate.spec.dataSource': refused('a new volume is empty here'),
  'ephemeral.volumeClaimTemplate.spec.dataSourceRef': refused('a new volume is empty here'),
  ...allHonoured('ephemeral.volumeClaimTemplate.spec.resources', 'P26', ['requests']),
  'ephemeral.volumeClaimTemplate.spec.resources.limits': notApplicable('no kubelet reads it'),
  'ephemeral.volumeClaimTemplate.spec.selector': refused('a new volume is made, none is chosen'),
  'ephemeral.volumeClaimTemplate.spec.storageClassName': notApplicable('a provisioner reads it'),
  'ephemeral.volumeClaimTemplate.spec.volumeAttributesClassName': notApplicable('a provisioner reads it'),
  'ephemeral.volumeClaimTemplate.spec.volumeMode': honouredAs('P26', 'Filesystem'),
  'ephemeral.volumeClaimTemplate.spec.volumeName': refused('a new volume is made, none is chosen'),
  ...allHonoured('nfs', 'P27', ['server', 'path', 'readOnly']),
  ...allHonoured('image', 'P11', ['reference', 'pullPolicy']),
  awsElasticBlockStore: DRIVERS,
  azureDisk: DRIVERS,
  azureFile: DRIVERS,
  cephfs: RETIRED,
  cinder: DRIVERS,
  csi: OTHER_STORAGE,
  fc: OTHER_STORAGE,
  flexVolume: OTHER_STORAGE,
  flocker: RETIRED,
  gcePersistentDisk: DRIVERS,
  gitRepo: refusedByAll('kubelets refuse this kind of volume since Kubernetes 1.36 (KEP-5040); an init container can clone'),
  glusterfs: RETIRED,
  iscsi: OTHER_STORAGE,
  photonPersistentDisk: RETIRED,
  portworxVolume: DRIVERS,
  quobyte: RETIRED,
  rbd: RETIRED,
  scaleIO: RETIRED,
  storageos: RETIRED,
  vsphereVolume: DRIVERS,
};

/** A ConfigMap or Secret as a source of files. */
function objectFields(path: string, shownBy: string, ...own: readonly string[]): FieldTable {
  return allHonoured(path, shownBy, [...own, 'optional', 'items', 'items[].key', 'items[].path', 'items[].mode', 'items[].user']);
}

function downwardFields(path: string, shownBy: string, ...own: readonly string[]): FieldTable {
  const references = ['fieldRef', 'fieldRef.fieldPath', 'resourceFieldRef', 'resourceFieldRef.containerName', 'resourceFieldRef.resource', 'resourceFieldRef.divisor'];
  const items = ['items', ...['path', 'mode', 'user', ...references].map((field) => `items[].${field}`)];
  const fields = allHonoured(path, shownBy, [...own, ...items]);
  return { ...fields, [`${path}.items[].fieldRef.apiVersion`]: honouredAs(shownBy, 'v1') };
}

function allHonoured(path: string, shownBy: string, fields: readonly string[]): FieldTable {
  return Object.fromEntries([path, ...fields.map((field) => `${path}.${field}`)].map((field) => [field, honoured(shownBy)]));
}
