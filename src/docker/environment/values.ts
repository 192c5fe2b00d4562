import { allContainers, type Container, type EnvVar, expandVariables, LONGEST_STRINGS, type Pod, TOO_MANY, type Values } from '../../kube/index.js';
import { fileReferenceOf, standIn } from './file-values.js';
import { readReference, readSource, type Surroundings } from './references.js';

/** Whether the sender has left a reference open: then it has expanded nothing either. */
export function hasReferences(pod: Pod): boolean {
  return allContainers(pod).some(hasOpenReferences);
}

/** Whether a container has variables that come from elsewhere than its files, and are not resolved. */
export function hasOpenReferences({ env, envFrom }: Container): boolean {
  return (envFrom ?? []).length > 0 || (env ?? []).some(isReference);
}

/**
 * A container's variables as the kubelet makes them: envFrom first, env over it, each value seeing those before it. Of a name given
 * twice the last counts.
 * @param laterCount whether `$(VAR)` may mean a variable that comes later: interLink puts what envFrom gave behind env
 * @param problems takes what is in the way, each with its field
 */
export function toValues(container: Container, path: string, around: Surroundings, laterCount: boolean, problems: string[]): Map<string, string> {
  const values = new Map<string, string>();
  for (const [index, source] of (container.envFrom ?? []).entries()) {
    const found = readSource(source, `${path}.envFrom[${index}]`, around);
    for (const [name, value] of found.values) values.set(name, value);
    problems.push(...found.problems);
  }
  const env = container.env ?? [];
  let length = 0;
  const later = new Map(laterCount ? env.filter((variable) => !isReference(variable)).map(({ name, value }) => [name, value ?? '']) : []);
  for (const [index, variable] of env.entries()) {
    const { value, problem = undefined } = fileReferenceOf(variable)
      ? { value: standIn(variable.name) }
      : isReference(variable)
      ? readReference(variable.valueFrom ?? {}, `${path}.env[${index}].valueFrom`, container, around)
      : { value: expandVariables(variable.value ?? '', seenBy(variable.name, values, later)) };
    if (value !== undefined) values.set(variable.name, value);
    if (problem !== undefined) problems.push(problem);
    length += value?.length ?? 0;
    if (length > LONGEST_STRINGS) {
      problems.push(`${path}.env: ${TOO_MANY}`);
      break; // each of the others could be as long as those before it together
    }
  }
  return values;
}

/** A value that is there counts more than where it could come from. What is in a file, no sender knows. */
function isReference(variable: EnvVar): boolean {
  return Boolean(variable.valueFrom) && !variable.value && fileReferenceOf(variable) === undefined;
}

function seenBy(name: string, before: ReadonlyMap<string, string>, later: ReadonlyMap<string, string>): Values {
  return { get: (wanted) => before.get(wanted) ?? (wanted === name ? undefined : later.get(wanted)) };
}
