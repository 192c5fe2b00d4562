import { type FieldRule, type FieldTable, forbidden, honoured, notApplicable, only, refused } from './field-rules.js';

const OTHER_STORAGE: FieldRule = refused('this kind of volume is not supported', () => false);

/** Fields of a volume of the pod. */
export const VOLUME_FIELDS: FieldTable = {
  name: honoured('P19'),
  emptyDir: honoured('P19'),
  'emptyDir.medium': refused('volumes in memory are not supported yet', only('')),
  'emptyDir.sizeLimit': honoured('P31'),
  ...objectFields('configMap', 'P21', 'name', 'defaultMode'),
  ...objectFields('secret', 'P21', 'secretName', 'defaultMode'),
  projected: honoured('P23'),
  'projected.defaultMode': honoured('P23'),
  'projected.sources': honoured('P23'),
  'projected.sources[].clusterTrustBundle': refused('trust bundles do not come with the pod', () => false),
  ...objectFields('projected.sources[].configMap', 'P23', 'name'),
  ...downwardFields('projected.sources[].downwardAPI', 'P23'),
  'projected.sources[].podCertificate': refused('certificates do not come with the pod', () => false),
  ...objectFields('projected.sources[].secret', 'P23', 'name'),
  'projected.sources[].serviceAccountToken': honoured('P23'),
  'projected.sources[].serviceAccountToken.audience': notApplicable,
  'projected.sources[].serviceAccountToken.expirationSeconds': notApplicable,
  'projected.sources[].serviceAccountToken.path': honoured('P23'),
  ...downwardFields('downwardAPI', 'P24', 'defaultMode'),
  hostPath: forbidden('files of the host are not for pods', () => false),
  persistentVolumeClaim: refused('volume claims are not supported yet', () => false),
  image: refused('volumes of an image are not supported', () => false),
  awsElasticBlockStore: OTHER_STORAGE,
  azureDisk: OTHER_STORAGE,
  azureFile: OTHER_STORAGE,
  cephfs: OTHER_STORAGE,
  cinder: OTHER_STORAGE,
  csi: OTHER_STORAGE,
  ephemeral: OTHER_STORAGE,
  fc: OTHER_STORAGE,
  flexVolume: OTHER_STORAGE,
  flocker: OTHER_STORAGE,
  gcePersistentDisk: OTHER_STORAGE,
  gitRepo: OTHER_STORAGE,
  glusterfs: OTHER_STORAGE,
  iscsi: OTHER_STORAGE,
  nfs: OTHER_STORAGE,
  photonPersistentDisk: OTHER_STORAGE,
  portworxVolume: OTHER_STORAGE,
  quobyte: OTHER_STORAGE,
  rbd: OTHER_STORAGE,
  scaleIO: OTHER_STORAGE,
  storageos: OTHER_STORAGE,
  vsphereVolume: OTHER_STORAGE,
};

/** A ConfigMap or Secret as a source of files. */
function objectFields(path: string, shownBy: string, ...own: readonly string[]): FieldTable {
  return allHonoured(path, shownBy, [...own, 'optional', 'items', 'items[].key', 'items[].path', 'items[].mode']);
}

function downwardFields(path: string, shownBy: string, ...own: readonly string[]): FieldTable {
  const references = ['fieldRef', 'fieldRef.fieldPath', 'resourceFieldRef', 'resourceFieldRef.containerName', 'resourceFieldRef.resource', 'resourceFieldRef.divisor'];
  const items = ['items', ...['path', 'mode', ...references].map((field) => `items[].${field}`)];
  return { ...allHonoured(path, shownBy, [...own, ...items]), [`${path}.items[].fieldRef.apiVersion`]: notApplicable };
}

function allHonoured(path: string, shownBy: string, fields: readonly string[]): FieldTable {
  return Object.fromEntries([path, ...fields.map((field) => `${path}.${field}`)].map((field) => [field, honoured(shownBy)]));
}
