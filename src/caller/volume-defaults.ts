import type { Volume } from '../kube/index.js';
import { withFieldDefaults } from './container-defaults.js';

type Projection = NonNullable<NonNullable<Volume['projected']>['sources']>[number];

/** 0644 */
const FILE_MODE = 420;

/** A volume with what an API server fills in; one without a source is an emptyDir. */
export function withVolumeDefaults(volume: Volume): Volume {
  const { emptyDir, configMap, secret, projected, downwardAPI, hostPath } = volume;
  return {
    ...volume,
    ...(Object.keys(volume).length === 1 && { emptyDir: {} }),
    ...(emptyDir?.sizeLimit !== undefined && { emptyDir: { ...emptyDir, sizeLimit: String(emptyDir.sizeLimit) } }),
    ...(configMap && { configMap: { defaultMode: FILE_MODE, ...configMap } }),
    ...(secret && { secret: { defaultMode: FILE_MODE, ...secret } }),
    ...(projected && { projected: { defaultMode: FILE_MODE, ...projected, sources: (projected.sources ?? []).map(withSourceDefaults) } }),
    ...(downwardAPI && { downwardAPI: { defaultMode: FILE_MODE, ...downwardAPI, items: (downwardAPI.items ?? []).map(withFieldDefaults) } }),
    ...(hostPath && { hostPath: { type: '', ...hostPath } }),
  };
}

/** What admission adds to a pod that does not refuse a service account's token. */
export function tokenVolume(name: string): Volume {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
      ],
      defaultMode: FILE_MODE,
    },
  };
}

function withSourceDefaults(source: Projection): Projection {
  const { downwardAPI, serviceAccountToken } = source;
  return {
    ...source,
    ...(downwardAPI && { downwardAPI: { ...downwardAPI, items: (downwardAPI.items ?? []).map(withFieldDefaults) } }),
    ...(serviceAccountToken && { serviceAccountToken: { expirationSeconds: 3600, ...serviceAccountToken } }),
  };
}
