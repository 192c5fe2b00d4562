import { type EnvVar, expandVariables } from '../../kube/index.js';

/** A container's environment as the engine takes it, and `$(VAR)` in its words. */
export interface Environment {
  /** `NAME=value`, byte for byte: values come resolved and are never expanded. Of a name given twice the last counts. */
  readonly list: readonly string[];
  readonly expand: (text: string) => string;
}

export function toEnvironment(env: readonly EnvVar[]): Environment {
  const values = new Map(env.map(({ name, value }) => [name, value ?? '']));
  return {
    list: [...values].map(([name, value]) => `${name}=${value}`),
    expand: (text) => expandVariables(text, values),
  };
}
