import { hostPortsOf, type Pod } from '../../kube/index.js';
import { EGRESS_ANNOTATION, hasEgress, type NodePolicy } from '../node/index.js';
import { type Finding, invalid, quoted } from './findings.js';

const FIELD = `pod.metadata.annotations["${EGRESS_ANNOTATION}"]`;

/** Whether a pod does without outgoing traffic: it may, but not have what its node's operator has switched off. */
export function* checkEgress(pod: Pod, { network }: NodePolicy): Iterable<Finding> {
  const asked = pod.metadata.annotations?.[EGRESS_ANNOTATION];
  if (asked !== undefined && asked !== 'true' && asked !== 'false') yield invalid(FIELD, `${quoted(asked)} is neither "true" nor "false"`);
  if (asked === 'true' && !network.egress) yield { kind: 'Forbidden', message: `${FIELD}: outgoing traffic is switched off on this node (Network.Egress)` };
  if (hasEgress(pod, network)) return;
  const why = network.egress ? 'a pod without outgoing traffic cannot have it' : 'pods have no outgoing traffic on this node (Network.Egress), and so cannot have it';
  const refuse = (path: string): Finding => ({ kind: network.egress ? 'InvalidPod' : 'Forbidden', message: `${path}: ${why}` });
  if (pod.spec.hostNetwork === true) yield refuse('pod.spec.hostNetwork');
  // The engine publishes nothing of such a network, in silence.
  else for (const { path } of hostPortsOf(pod)) yield refuse(`${path}.hostPort`);
}
