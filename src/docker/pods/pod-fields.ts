import type { Pod } from '../../kube/index.js';
import type { LogFields } from '../../log.js';
import type { Attributes } from '../../telemetry.js';

/** A pod as spans name it. @see https://opentelemetry.io/docs/specs/semconv/resource/k8s/ */
export function toSpanAttributes({ metadata: { uid, name, namespace } }: Pod): Attributes {
  return { 'k8s.pod.uid': uid, 'k8s.pod.name': name, 'k8s.namespace.name': namespace };
}

/** A pod as lines of the log name it. */
export function toLogFields({ metadata: { uid, name, namespace } }: Pod): LogFields {
  return { podUid: uid, namespace, pod: name };
}
