import { type Pod, readPodField } from '../kube/index.js';

/** A field as interLink writes it into a volume: unlike a kubelet it ends the last line of labels and annotations. */
export function readVolumeField(pod: Pod, fieldPath: string): string | undefined {
  const text = readPodField(pod, fieldPath);
  return text && /^metadata\.(labels|annotations)$/.test(fieldPath) ? `${text}\n` : text;
}
