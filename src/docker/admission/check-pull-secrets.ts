import { DamagedLogins, parsePullSecret, type Pod } from '../../kube/index.js';
import type { DeliveredObjects } from '../../wire/index.js';
import type { Finding } from './findings.js';

/** Secrets for pulls come to this node only where a volume of the pod brings them. Without one the pod runs, if its images can be had. */
export function* checkPullSecrets({ spec }: Pod, delivered: DeliveredObjects | undefined): Iterable<Finding> {
  for (const [index, { name = '' }] of (spec.imagePullSecrets ?? []).entries()) {
    const why = reasonWithout(delivered?.secrets.get(name));
    if (why !== undefined) yield { kind: 'warning', message: `pod.spec.imagePullSecrets[${index}]: ${why}; images are pulled without it` };
  }
}

function reasonWithout(secret: ReadonlyMap<string, Buffer> | undefined): string | undefined {
  if (secret === undefined) return 'the Secret did not come with the pod (mount it in a container, and it does)';
  try {
    return parsePullSecret(secret).length === 0 ? 'the Secret holds no login' : undefined;
  } catch (error) {
    if (error instanceof DamagedLogins) return `the Secret cannot be used: ${error.message}`;
    throw error;
  }
}
