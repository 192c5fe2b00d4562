import { MESH_HELPER, type Pod, whyUnfit } from '../../kube/index.js';
import { hasMesh, MESH_ANNOTATIONS, meshScriptOf, type NodePolicy } from '../node/index.js';
import { type Finding, invalid } from './findings.js';

/** Whether what connects a pod with its cluster is run here. What it says is never quoted: it holds keys. */
export function* checkMesh(pod: Pod, { network }: NodePolicy): Iterable<Finding> {
  const script = meshScriptOf(pod);
  const annotation = MESH_ANNOTATIONS.find((name) => pod.metadata.annotations?.[name]);
  if (script === undefined || annotation === undefined) return;
  const field = `pod.metadata.annotations["${annotation}"]`;
  if (hasMesh(pod, network)) {
    const why = whyUnfit(`${MESH_HELPER}_SCRIPT_OF_INTERLINK=${script}`);
    if (why !== undefined) yield invalid(field, why);
    return;
  }
  const why = network.meshImage === undefined ? 'this node runs no such script (Network.MeshImage)' : 'it is not run on the network of the host';
  yield { kind: 'warning', message: `${field}: ${why}; the pod is not connected with the network of its cluster` };
}
