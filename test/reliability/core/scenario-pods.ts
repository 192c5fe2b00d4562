import type { PodFile } from '../../../src/caller/index.js';
import type { Container, PodSpec } from '../../../src/kube/index.js';
import { podFile, shell } from '../../support/test-node.js';

/** What each program says first. */
export const BEGAN = 'began ';
/** Where each program leaves its container's name when it begins. */
export const RUNS_FILE = '/work/began';

/** As long as nothing else is asked of it; quick to hear signals. */
export const FOREVER = 'while :; do sleep 0.1; done';

/** A container whose starts are counted, in its log and in a volume of the pod. */
export function counted(name: string, script: string, more: Partial<Container> = {}): Container {
  const volumeMounts = [{ name: 'work', mountPath: '/work' }, ...(more.volumeMounts ?? [])];
  return shell(name, `${script.replace('BEGIN', `echo ${name} >> ${RUNS_FILE}; echo ${BEGAN}${name}`)}`, { ...more, volumeMounts });
}

/** A pod with the volume that counts starts. */
export function countedPod(spec: Partial<PodSpec> & Pick<PodSpec, 'containers'>, more: Parameters<typeof podFile>[1] = {}): PodFile {
  return podFile({ ...spec, volumes: [{ name: 'work', emptyDir: {} }, ...(spec.volumes ?? [])] }, more);
}
