import type { VolumeContent } from '../../../../src/docker/volumes/files.js';
import type { Pod, Volume } from '../../../../src/kube/index.js';
import type { DeliveredObjects, FileMap } from '../../../../src/provider/index.js';

export function podWith(volumes: Volume[], mounted: string[] = volumes.map(({ name }) => name)): Pod {
  const volumeMounts = mounted.map((name) => ({ name, mountPath: `/${name}` }));
  const resources = { limits: { cpu: '1500m', memory: '64Mi' }, requests: { memory: '32Mi' } };
  return {
    metadata: { name: 'p', namespace: 'ns', uid: 'u', labels: { b: '2', a: 'say "so"' }, annotations: {} },
    spec: { containers: [{ name: 'main', volumeMounts, resources }], volumes },
  };
}

type Texts = Record<string, Record<string, string>>;

export function deliveredOf(objects: { configMaps?: Texts; secrets?: Texts; projected?: Texts } = {}): DeliveredObjects {
  const toMaps = (texts: Texts = {}): ReadonlyMap<string, FileMap> =>
    new Map(Object.entries(texts).map(([name, data]) => [name, new Map(Object.entries(data).map(([key, text]) => [key, Buffer.from(text)]))]));
  return { configMaps: toMaps(objects.configMaps), secrets: toMaps(objects.secrets), projected: toMaps(objects.projected) };
}

/** `path` → `mode text`, the version directory left out. */
export function filesIn(content: VolumeContent | undefined): Record<string, string> {
  const files = (content?.entries ?? []).flatMap((entry) => (entry.kind === 'file' ? [entry] : []));
  return Object.fromEntries(files.map(({ path, mode, data }) => [path.replace(/^[^/]*\//, ''), `${mode.toString(8)} ${data.toString()}`]));
}
