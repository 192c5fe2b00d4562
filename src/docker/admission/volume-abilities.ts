import { posix } from 'node:path';
import { type Container, type Pod, toSubPath, type Volume, type VolumeMount } from '../../kube/index.js';
import { IMAGE_MOUNT_API, type NodeTraits, placeClaim, placeHostPath, placeNfs, RECURSIVE_READ_ONLY_API, speaksApi, SUBPATH_API } from '../node/index.js';
import { type Finding, invalid } from './findings.js';
import { isHostMount } from './host-mounts.js';

/** What volumes and mounts of a pod need newer engines for. */
export function* checkVolumeAbilities(pod: Pod, node: NodeTraits): Iterable<Finding> {
  const volumes = new Map<string, Volume>();
  for (const [index, volume] of (pod.spec.volumes ?? []).entries()) {
    volumes.set(volume.name, volume);
    yield* checkVolume(volume, `pod.spec.volumes[${index}]`, pod, node);
  }
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, container] of (pod.spec[list] ?? []).entries()) {
      for (const [at, mount] of (container.volumeMounts ?? []).entries()) {
        const volume = volumes.get(mount.name);
        if (volume !== undefined) yield* checkMount(mount, volume, container, `pod.spec.${list}[${index}].volumeMounts[${at}]`, pod, node);
      }
    }
  }
}

function* checkVolume(volume: Volume, field: string, pod: Pod, node: NodeTraits): Iterable<Finding> {
  if (volume.image && !speaksApi(node.abilities, IMAGE_MOUNT_API)) yield invalid(`${field}.image`, tooOld(node, IMAGE_MOUNT_API, 'mount an image'));
  const kind = volume.hostPath ? 'hostPath.path' : volume.nfs ? 'nfs.path' : 'persistentVolumeClaim';
  if (isBehindTree(volume, '', pod, node) && !speaksApi(node.abilities, SUBPATH_API)) {
    yield invalid(`${field}.${kind}`, `${WITHIN}; ${tooOld(node, SUBPATH_API, 'rule that out')}. Only the directory that the operator named can be mounted, or what is below one that is for reading only`);
  }
}

function* checkMount(mount: VolumeMount, volume: Volume, container: Container, field: string, pod: Pod, node: NodeTraits): Iterable<Finding> {
  const subPath = toSubPath(mount, container);
  const name = mount.subPathExpr ? 'subPathExpr' : 'subPath';
  if (subPath !== '' && needsEngine(volume, subPath, pod, node) && !speaksApi(node.abilities, SUBPATH_API)) {
    yield invalid(`${field}.${name}`, `${WITHIN}; ${tooOld(node, SUBPATH_API, 'rule that out')}`);
  }
  if (mount.recursiveReadOnly === 'Enabled' && isHostMount(volume, pod, node.policy) !== undefined && !speaksApi(node.abilities, RECURSIVE_READ_ONLY_API)) {
    yield invalid(`${field}.recursiveReadOnly`, tooOld(node, RECURSIVE_READ_ONLY_API, 'promise that'));
  }
}

const WITHIN = 'a pod could have put a link on the way there, which would lead to any file of the host';

function tooOld({ abilities }: NodeTraits, minor: number, what: string): string {
  return `the Docker Engine of this node is too old to ${what} (API ${abilities.apiVersion}, needed 1.${minor})`;
}

/** Whether a part of a volume can only be found by the engine. What the cluster sends is put into volumes part by part. */
function needsEngine(volume: Volume, subPath: string, pod: Pod, node: NodeTraits): boolean {
  if (volume.configMap ?? volume.secret ?? volume.projected ?? volume.downwardAPI) return false;
  if (volume.hostPath) return isBehindTree(volume, subPath, pod, node);
  const claim = volume.persistentVolumeClaim && placeClaim(pod.metadata.namespace, volume.persistentVolumeClaim.claimName, node.policy, subPath);
  return claim?.kind === 'directory' ? claim.below !== undefined : true;
}

function isBehindTree({ hostPath, persistentVolumeClaim: claim, nfs }: Volume, subPath: string, { metadata }: Pod, { policy }: NodeTraits): boolean {
  const place = hostPath
    ? placeHostPath(posix.resolve(hostPath.path, subPath), policy)
    : claim
      ? placeClaim(metadata.namespace, claim.claimName, policy)
      : nfs && placeNfs(nfs.server, posix.resolve(nfs.path), policy.volumes);
  return place !== undefined && 'below' in place && place.below !== undefined;
}
