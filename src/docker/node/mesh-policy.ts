import type { Pod } from '../../kube/index.js';

/** How interLink's virtual kubelet sends what connects a pod with its cluster: a script for the whole network, or for a tunnel to its ports. */
export const MESH_ANNOTATIONS = ['slurm-job.vk.io/pre-exec', 'interlink.eu/wstunnel-client-commands'] as const;

/** The script that connects a pod with its cluster; `undefined`: none has come with it. It holds keys: it is never shown. */
export function meshScriptOf({ metadata }: Pod): string | undefined {
  const parts = MESH_ANNOTATIONS.flatMap((annotation) => metadata.annotations?.[annotation] || []);
  return parts.length === 0 ? undefined : parts.join('\n');
}

/** Whether the script of a pod is run here. On the network of the host it would change the host's. */
export function hasMesh(pod: Pod, { meshImage }: { readonly meshImage?: string }): boolean {
  return meshImage !== undefined && pod.spec.hostNetwork !== true && meshScriptOf(pod) !== undefined;
}
