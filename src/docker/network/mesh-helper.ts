import { type Container, MESH_HELPER, type Pod } from '../../kube/index.js';
import { hasMesh, meshScriptOf, type NetworkPolicy } from '../node/index.js';
import { MESH_COMMAND, MESH_READY, MESH_SCRIPT } from './mesh-script.js';

/** What the script may take until it has done its work: it loads programs from the net. */
const LONGEST_SETUP_SECONDS = 600;

/**
 * The pod as it runs here: one with a script that connects it with its cluster gets a container that runs it, before all others
 * and beside them, like a sidecar. It is no container of the pod to anybody else. Pure.
 */
export function withMeshHelper(pod: Pod, policy: NetworkPolicy): Pod {
  if (!hasMesh(pod, policy)) return pod;
  const helper = toHelper(policy.meshImage ?? '', meshScriptOf(pod) ?? '');
  return { ...pod, spec: { ...pod.spec, initContainers: [helper, ...(pod.spec.initContainers ?? [])] } };
}

function toHelper(image: string, script: string): Container {
  return {
    name: MESH_HELPER,
    image,
    imagePullPolicy: 'IfNotPresent',
    restartPolicy: 'Always',
    command: [...MESH_COMMAND],
    env: [{ name: MESH_SCRIPT, value: script }],
    startupProbe: { exec: { command: ['test', '-e', MESH_READY] }, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: LONGEST_SETUP_SECONDS },
    terminationMessagePolicy: 'FallbackToLogsOnError',
    // Its user is the pod's only where the pod's says so for all; the network is root's to change.
    securityContext: { runAsUser: 0, runAsGroup: 0, runAsNonRoot: false, capabilities: { add: ['NET_ADMIN'] } },
  };
}
