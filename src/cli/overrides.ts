import type { PodFile } from '../caller/index.js';
import type { Container } from '../kube/index.js';

/** Changes to a pod file for one run, so that nobody edits the file. */
export interface Overrides {
  /** By container: what its last argument becomes. */
  readonly lastArgs: ReadonlyMap<string, string>;
  /** By container. */
  readonly images: ReadonlyMap<string, string>;
  /** Of every container. */
  readonly imagePullPolicy?: PullPolicy | undefined;
}

export type PullPolicy = 'Always' | 'IfNotPresent' | 'Never';

export const NO_OVERRIDES: Overrides = { lastArgs: new Map(), images: new Map() };

/** `name=text` options as a map. @throws RangeError for one without `=` */
export function toOverrideMap(option: string, values: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    values.map((value) => {
      const [, name, text] = /^([^=]+)=(.*)$/s.exec(value) ?? [];
      if (name === undefined || text === undefined) throw new RangeError(`${option} ${value}: give <container>=<value>`);
      return [name, text];
    }),
  );
}

/** @throws RangeError naming a container that the pod does not have, or that has no argument to replace */
export function applyOverrides(file: PodFile, overrides: Overrides): PodFile {
  const { spec } = file.pod;
  const names = [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
  for (const name of [...overrides.lastArgs.keys(), ...overrides.images.keys()]) {
    if (!names.includes(name)) throw new RangeError(`The pod has no container ${name}: it has ${names.join(', ')}`);
  }
  const change = (container: Container): Container => withOverrides(container, overrides);
  const containers = spec.containers.map(change);
  const initContainers = spec.initContainers?.map(change);
  return { ...file, pod: { ...file.pod, spec: { ...spec, containers, ...(initContainers && { initContainers }) } } };
}

function withOverrides(container: Container, { lastArgs, images, imagePullPolicy }: Overrides): Container {
  const image = images.get(container.name);
  const lastArg = lastArgs.get(container.name);
  return {
    ...container,
    ...(image !== undefined && { image }),
    ...(imagePullPolicy && { imagePullPolicy }),
    ...(lastArg !== undefined && replaceLast(container, lastArg)),
  };
}

/** A container without args takes it as the last word of its command. */
function replaceLast({ name, args = [], command = [] }: Container, text: string): Pick<Container, 'args' | 'command'> {
  if (args.length > 0) return { args: [...args.slice(0, -1), text] };
  if (command.length > 1) return { command: [...command.slice(0, -1), text] };
  throw new RangeError(`Container ${name} has no argument to replace`);
}
