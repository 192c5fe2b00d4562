import { ProviderError } from '../../errors.js';
import { type Amounts, type Container, type EnvVar, expandWords, type Pod, whyTooMany, whyUnfit } from '../../kube/index.js';
import type { DeliveredObjects } from '../../wire/index.js';
import type { EnvironmentPolicy } from '../node/index.js';
import { fileReferenceOf, standIn, withoutStandIns } from './file-values.js';
import type { Surroundings } from './references.js';
import { hasReferences, toValues } from './values.js';

/** Where a pod is, which its containers may ask; known before any of them runs. */
export interface PodPlace {
  readonly node: string;
  readonly podIP: string;
  readonly hostIP: string;
  /** What the node can give. */
  readonly size: Amounts;
}

/** More would not fit a person's screen, or a log line. */
const MOST_PROBLEMS = 8;

/**
 * The pod with final variables: references resolved, `$(VAR)` expanded in values, envFrom gone. Values are final already where no
 * reference is open, unless the operator says otherwise; then only what they do to command and args is looked at.
 * @throws ProviderError `InvalidPod` naming every field that is in the way; never a value
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/
 */
export function resolveEnvironment(pod: Pod, delivered: DeliveredObjects, place: PodPlace, policy: EnvironmentPolicy): Pod {
  const problems: string[] = [];
  const around: Surroundings = { pod: placed(pod, place), delivered, size: place.size };
  const { skipDownwardAPIResolution } = policy;
  const isOpen = skipDownwardAPIResolution || hasReferences(pod);
  const resolve = (list: 'containers' | 'initContainers') => (container: Container, index: number): Container => {
    const path = `pod.spec.${list}[${index}]`;
    const resolved = isOpen ? withValues(container, toValues(container, path, around, skipDownwardAPIResolution, problems)) : container;
    problems.push(...unfitStrings(resolved, path));
    return resolved;
  };
  const { containers, initContainers } = pod.spec;
  const spec = { ...pod.spec, containers: containers.map(resolve('containers')), ...(initContainers && { initContainers: initContainers.map(resolve('initContainers')) }) };
  if (problems.length > 0) throw new ProviderError('InvalidPod', summary(problems));
  return { ...pod, spec };
}

/** As the cluster will show it once it runs; interLink writes addresses of its own. */
function placed(pod: Pod, { node, podIP, hostIP }: PodPlace): Pod {
  const { nodeName, serviceAccountName } = pod.spec;
  return { ...pod, spec: { ...pod.spec, nodeName: nodeName ?? node, serviceAccountName: serviceAccountName ?? 'default' }, status: { ...pod.status, podIP, hostIP } };
}

function withValues({ env = [], envFrom: _envFrom, ...container }: Container, values: ReadonlyMap<string, string>): Container {
  const ofFiles = new Map(env.map((variable) => [variable.name, fileReferenceOf(variable)]));
  const toVariable = ([name, value]: [string, string]): EnvVar => {
    const fileKeyRef = value === standIn(name) ? ofFiles.get(name) : undefined;
    return fileKeyRef === undefined ? { name, value } : { name, valueFrom: { fileKeyRef } };
  };
  return { ...container, ...(values.size > 0 && { env: [...values].map(toVariable) }) };
}

/** What no program can be given; words of the command with their variables in them. */
function* unfitStrings(container: Container, path: string): Iterable<string> {
  const { command = [], args = [] } = container;
  const values = new Map(withoutStandIns(container).map(({ name, value }) => [name, value ?? '']));
  const words = { command: expandWords(command, values), args: expandWords(args, values) };
  const variables = [...values].map(([name, value]) => `${name}=${value}`);
  for (const [list, texts] of Object.entries({ ...words, env: variables })) {
    const [why, index] = firstUnfit(texts);
    if (why !== undefined) yield list === 'env' ? `${path}.env: ${JSON.stringify([...values.keys()][index])}: ${why}` : `${path}.${list}[${index}]: ${why}, with its variables`;
  }
  const why = whyTooMany([...words.command, ...words.args, ...variables]);
  if (why !== undefined) yield `${path}: ${why}`;
}

function firstUnfit(texts: readonly string[]): [why: string | undefined, index: number] {
  const index = texts.findIndex((text) => whyUnfit(text) !== undefined);
  return [whyUnfit(texts[index] ?? ''), index];
}

function summary(problems: readonly string[]): string {
  const more = problems.length - MOST_PROBLEMS;
  return [...problems.slice(0, MOST_PROBLEMS), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
