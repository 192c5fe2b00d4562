import { posix } from 'node:path';
import { messageOf } from '../../errors.js';
import { parseImageName, type Pod, type Volume } from '../../kube/index.js';
import { type NodePolicy, placeClaim, placeNfs } from '../node/index.js';
import { type Finding, invalid, quoted } from './findings.js';

const HOST_PATH_TYPES = ['', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket', 'CharDevice', 'BlockDevice'];
const CLAIM_NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** A comma would end the server's place among the mount options. */
const NFS_SERVER = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/;
const PULL_POLICIES = ['', 'Always', 'IfNotPresent', 'Never'];

/** Volumes that the cluster does not fill: of kinds, and at places, that the operator lets pods have. @param path of the volume */
export function* checkPlaces(volume: Volume, path: string, pod: Pod, policy: NodePolicy): Iterable<Finding> {
  const { hostPath, persistentVolumeClaim: claim, nfs, image } = volume;
  if (hostPath) yield* checkHostPath(hostPath, `${path}.hostPath`);
  if (claim) yield* checkClaim(claim.claimName, `${path}.persistentVolumeClaim.claimName`, pod, policy);
  if (nfs) yield* checkNfs(nfs, `${path}.nfs`, policy);
  if (image) yield* checkImage(image, `${path}.image`);
}

/** Which paths pods may have, the level of pod security says. */
function* checkHostPath({ path, type }: NonNullable<Volume['hostPath']>, field: string): Iterable<Finding> {
  if (!HOST_PATH_TYPES.includes(type ?? '')) yield invalid(`${field}.type`, `${quoted(type)} is not one of ${HOST_PATH_TYPES.slice(1).join(', ')}`);
  const why = whyNotPath(path) ?? (path.includes(':') ? 'contains a colon, which the engine cannot mount' : undefined);
  if (why !== undefined) yield invalid(`${field}.path`, `${quoted(path)} ${why}`);
}

function* checkClaim(claimName: unknown, field: string, { metadata }: Pod, policy: NodePolicy): Iterable<Finding> {
  if (typeof claimName !== 'string' || !CLAIM_NAME.test(claimName)) yield invalid(field, `${quoted(claimName)} is not a DNS name`);
  else if (placeClaim(metadata.namespace, claimName, policy) === undefined) {
    yield invalid(field, `no storage of this node is for the claim ${quoted(`${metadata.namespace}/${claimName}`)} (Volumes.Claims)`);
  }
}

function* checkNfs({ server, path }: NonNullable<Volume['nfs']>, field: string, policy: NodePolicy): Iterable<Finding> {
  if (typeof server !== 'string' || !NFS_SERVER.test(server)) yield invalid(`${field}.server`, `${quoted(server)} is not a host name or an address`);
  const why = whyNotPath(path);
  if (why !== undefined) yield invalid(`${field}.path`, `${quoted(path)} ${why}`);
  else if (placeNfs(server, posix.resolve(path), policy.volumes) === undefined) yield forbidden(field, `${quoted(`${server}:${path}`)} is none of the exports that pods may mount here (Volumes.NFS)`);
}

function* checkImage({ reference, pullPolicy }: NonNullable<Volume['image']>, field: string): Iterable<Finding> {
  if (!PULL_POLICIES.includes(pullPolicy ?? '')) yield invalid(`${field}.pullPolicy`, `${quoted(pullPolicy)} is not one of ${PULL_POLICIES.slice(1).join(', ')}`);
  try {
    parseImageName(reference ?? '');
  } catch (error) {
    yield invalid(`${field}.reference`, messageOf(error));
  }
}

function whyNotPath(path: unknown): string | undefined {
  if (typeof path !== 'string' || !path.startsWith('/')) return 'is not an absolute path';
  if (path.includes('\0')) return 'contains a NUL byte';
  return path.split('/').includes('..') ? 'must not contain ".."' : undefined;
}

function forbidden(path: string, why: string): Finding {
  return { kind: 'Forbidden', message: `${path}: ${why}` };
}
