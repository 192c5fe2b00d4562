import { type ErrorKind, ProviderError } from '../errors.js';
import type { Pod } from '../kube/index.js';
import { silentLogger } from '../log.js';
import type { CreateRequest } from '../provider/index.js';
import { type AdmissionReport, reportOn } from './admission/index.js';
import { Ledger } from './ledger/index.js';
import { NO_ABILITIES, type NodePolicy, type NodeTraits } from './node/index.js';
import { withEnvironment } from './pods/index.js';
import { HOST_NETWORK, type PodNetwork } from './record/index.js';
import { planVolumes } from './volumes/index.js';

/** Where no pod is: its address matters to nothing that is looked at here. */
const SOMEWHERE: PodNetwork = { name: 'check', subnet: '10.213.0.0/22', ip: '10.213.0.2', aliases: [] };

interface Refusal {
  readonly kind: ErrorKind | 'warning';
  /** Begins with the field's path, or the kubelet's reason. */
  readonly message: string;
}

/** What becomes of a pod on this node, and of each of its fields. */
export interface PodCheck extends Omit<AdmissionReport, 'refused'> {
  /** All that is in the way of the pod; a warning, where the operator is strict. */
  readonly refused: readonly Refusal[];
  /** Whether its create would be answered with success, if nothing else held what it needs. */
  readonly accepted: boolean;
}

/** Traits of a node whose engine cannot be asked: whatever depends on it is taken to be there. */
export function traitsWithoutEngine(name: string, policy: NodePolicy): NodeTraits {
  return { name, policy, abilities: { ...NO_ABILITIES, cpus: Infinity, memoryBytes: Infinity } };
}

/**
 * Judges a pod as its acceptance does, on the node as it is when it is empty, and makes nothing. What lies on paths of the host, and
 * whether images can be had, is not looked at. Pure but for the date.
 * @param isEngineKnown whether the traits tell what the engine can do
 */
export function checkPod(request: CreateRequest, node: NodeTraits, isEngineKnown: boolean, now: Date): PodCheck {
  const report = reportOn(request.pod, node, request.delivered, isEngineKnown);
  const refused: Refusal[] = [...report.refused];
  for (const step of laterSteps(request, node, now)) {
    const finding = refusalOf(step, refused.length > 0);
    if (finding !== undefined) refused.push(finding);
  }
  return { ...report, refused, accepted: refused.length === 0 };
}

/** What acceptance does after admission, as far as it needs no engine. Each of them rejects a pod by throwing. */
function laterSteps(request: CreateRequest, node: NodeTraits, now: Date): readonly (() => unknown)[] {
  const { pod, delivered } = request;
  return [
    () => new Ledger(() => node, silentLogger).claim(pod),
    () => planVolumes({ pod: withEnvironment(request, placeOf(pod), node), delivered, node, acceptedAt: now }),
  ];
}

function placeOf({ spec }: Pod): PodNetwork {
  return spec.hostNetwork === true ? { name: HOST_NETWORK, subnet: '', ip: '127.0.0.1', aliases: [] } : SOMEWHERE;
}

/** @param isRefused it has been already: a step may stumble over what was refused */
function refusalOf(step: () => unknown, isRefused: boolean): Refusal | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    if (error instanceof ProviderError) return { kind: error.kind, message: error.message };
    if (isRefused) return undefined;
    throw error;
  }
}
