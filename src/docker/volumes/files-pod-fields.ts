import { type Amounts, type Pod, readPodField, readResourceField } from '../../kube/index.js';

/** One item of a downwardAPI source, the part that says where its value comes from. */
export interface PodFieldReference {
  readonly fieldRef?: { readonly fieldPath: string } | null;
  readonly resourceFieldRef?: { readonly containerName?: string; readonly resource: string; readonly divisor?: string } | null;
}

/**
 * What a downwardAPI item says of the pod; `undefined`: nothing is known of it.
 * @param node what it can give: it stands for a limit that a container has not got
 */
export function readPodItem(pod: Pod, { fieldRef, resourceFieldRef }: PodFieldReference, node: Amounts): string | undefined {
  if (fieldRef) return readPodField(pod, fieldRef.fieldPath);
  return resourceFieldRef ? readResourceField(pod, resourceFieldRef, undefined, node) : undefined;
}
