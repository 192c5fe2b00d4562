import { type PlannedVolume, planVolumes } from '../../../../src/docker/volumes/index.js';
import type { Pod, Volume } from '../../../../src/kube/index.js';
import type { DeliveredObjects, FileMap } from '../../../../src/provider/index.js';
import { NODE } from '../this-node.js';

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
  return { configMaps: toMaps(objects.configMaps), binaryKeys: new Map(), secrets: toMaps(objects.secrets), projected: toMaps(objects.projected) };
}

/** Volumes of a pod on a node whose operator has decided nothing. */
export function plan(pod: Pod, delivered = deliveredOf(), node = NODE): readonly PlannedVolume[] {
  return planVolumes({ pod, delivered, node, acceptedAt: ACCEPTED_AT });
}

export const ACCEPTED_AT = new Date('2026-01-01T00:00:00Z');

/** `path` → `mode text`, the version directory left out. */
export function filesIn(planned: PlannedVolume | undefined): Record<string, string> {
  const files = (planned?.content?.entries ?? []).flatMap((entry) => (entry.kind === 'file' ? [entry] : []));
  return Object.fromEntries(files.map(({ path, mode, data }) => [path.replace(/^[^/]*\//, ''), `${mode.toString(8)} ${data.toString()}`]));
}
