import type { Pod } from '../../kube/index.js';
import { waitedForAfter } from '../decide/index.js';
import type { ManagedPod } from './managed-pod.js';

/** Says of each attempt that the next one waits for its back-off; once, in the kubelet's words. */
export class BackOffEvents {
  /** Id of the attempt that it was last said of, by container. */
  private readonly told = new Map<string, string>();

  tell(pod: ManagedPod, now: Date): void {
    for (const { id, name } of waitedForAfter(pod.desired, pod.observed, pod, now)) {
      if (this.told.get(name) === id) continue;
      this.told.set(name, id);
      pod.addEvent('Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${toText(pod.record.pod)}`, name);
    }
  }
}

function toText({ metadata: { name, namespace, uid } }: Pod): string {
  return `${name}_${namespace}(${uid})`;
}
