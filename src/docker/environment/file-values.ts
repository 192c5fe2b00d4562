import type { Container, EnvVar } from '../../kube/index.js';

/** Where a variable's value is written: a line of a file in a volume of the pod. */
export type FileReference = NonNullable<NonNullable<EnvVar['valueFrom']>['fileKeyRef']>;

/** Where a variable's value comes from a file, and is not known before the container is made. */
export function fileReferenceOf({ value, valueFrom }: EnvVar): FileReference | undefined {
  return value ? undefined : valueFrom?.fileKeyRef;
}

/** What stands in a pod's record for the value of a variable that is not known yet: no value of one can hold it. */
export function standIn(name: string): string {
  return `\0${name}\0`;
}

/** A container's values without what is not known of them yet. */
export function withoutStandIns({ env = [] }: Container): EnvVar[] {
  return withValuesOf(env, () => '');
}

/** A container with the values that its files have. A variable whose file or line is not there, where it may be so, is none. */
export function withFileValues(container: Container, values: ReadonlyMap<string, string>): Container {
  const env = withValuesOf(container.env ?? [], (name) => values.get(name) ?? `$(${name})`).flatMap((variable): EnvVar[] => {
    if (fileReferenceOf(variable) === undefined) return [variable];
    const value = values.get(variable.name);
    return value === undefined ? [] : [{ name: variable.name, value }];
  });
  return { ...container, env };
}

function withValuesOf(env: readonly EnvVar[], valueOf: (name: string) => string): EnvVar[] {
  const names = env.filter((variable) => fileReferenceOf(variable) !== undefined).map(({ name }) => name);
  const fill = (value: string): string => names.reduce((text, name) => text.replaceAll(standIn(name), () => valueOf(name)), value);
  return env.map((variable) => ({ ...variable, ...(variable.value !== undefined && { value: fill(variable.value) }) }));
}
