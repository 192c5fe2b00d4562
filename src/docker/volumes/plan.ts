import { ProviderError } from '../../errors.js';
import type { Pod, Volume } from '../../kube/index.js';
import type { NodeTraits } from '../node/index.js';
import { type PodVolume, volumeName } from '../record/index.js';
import type { PlannedVolume } from './content.js';
import type { FileSources } from './files.js';
import { partName, usedParts } from './parts.js';
import { planEmptyDir } from './plan-empty-dir.js';
import { planFiles } from './plan-files.js';
import { planPlaces } from './plan-places.js';

/**
 * All volumes of a pod and the parts of them that are mounted, in the order of the spec, with the contents of those that are filled
 * from here. A volume that no container mounts is made as well.
 * @throws ProviderError `InvalidPod` naming the field: content that has not come, a path that leaves the volume; `Forbidden`
 */
export function planVolumes(sources: FileSources & { readonly acceptedAt: Date }): readonly PlannedVolume[] {
  const { pod, node } = sources;
  return (pod.spec.volumes ?? []).flatMap((volume, index) => {
    const places = planPlaces(volume, pod, node)?.map((place): PlannedVolume => ({ volume: place }));
    return places ?? planFiles(volume, `pod.spec.volumes[${index}]`, sources) ?? planEmptyDir(volume, pod, node) ?? [];
  });
}

/**
 * The same of a pod whose record was lost: its files are on the engine, and what came with it is not here.
 * @param files names of files that are mounted by themselves, by engine volume
 */
export function replanVolumes(pod: Pod, node: NodeTraits, files: ReadonlyMap<string, string>): readonly PodVolume[] {
  return (pod.spec.volumes ?? []).flatMap((volume): readonly PodVolume[] => placesOf(volume, pod, node) ?? planEmptyDir(volume, pod, node)?.map((planned) => planned.volume) ?? partsOf(volume.name, pod, node, files));
}

/** What the operator has closed to pods since is not there for this one any more. */
function placesOf(volume: Volume, pod: Pod, node: NodeTraits): readonly PodVolume[] | undefined {
  try {
    return planPlaces(volume, pod, node);
  } catch (error) {
    if (error instanceof ProviderError) return [];
    throw error;
  }
}

function partsOf(name: string, pod: Pod, node: NodeTraits, files: ReadonlyMap<string, string>): readonly PodVolume[] {
  return [...usedParts(pod, name)].map((subPath) => {
    const engineName = volumeName(node.name, pod.metadata.uid, partName(name, subPath));
    const file = files.get(engineName);
    return { kind: 'own', name, engineName, ...(subPath !== '' && { subPath }), ...(file !== undefined && { file }) };
  });
}
