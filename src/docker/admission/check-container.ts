import { messageOf } from '../../errors.js';
import { type Container, parseImageName, type Pod, whyUnfit } from '../../kube/index.js';
import type { NodePolicy } from '../node/index.js';
import { checkDevices } from './check-devices.js';
import { checkEnvFiles } from './check-env-files.js';
import { checkMounts } from './check-mounts.js';
import { checkProbes } from './check-probes.js';
import { checkRestart } from './check-restart.js';
import { checkTermination } from './check-termination.js';
import { type Finding, invalid, quoted } from './findings.js';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
/** Kubernetes' own rule; stricter ones would lose keys of ConfigMaps. */
const VARIABLE = /^[ -<>-~]+$/;

/** Values of one container, init or not. */
export function* checkContainer(container: Container, path: string, pod: Pod, policy: NodePolicy): Iterable<Finding> {
  const { imagePullPolicy, workingDir } = container;
  yield* checkImage(container.image ?? '', `${path}.image`);
  if (imagePullPolicy && !PULL_POLICIES.includes(imagePullPolicy)) {
    yield invalid(`${path}.imagePullPolicy`, `${quoted(imagePullPolicy)} is not one of ${PULL_POLICIES.join(', ')}`);
  }
  if (workingDir && (!workingDir.startsWith('/') || workingDir.includes('\0'))) {
    yield invalid(`${path}.workingDir`, `${quoted(workingDir)} is not an absolute path`);
  }
  yield* checkStrings(container.command ?? [], `${path}.command`);
  yield* checkStrings(container.args ?? [], `${path}.args`);
  yield* checkEnv(container, path);
  yield* checkEnvFiles(container, path, pod);
  yield* checkRestart(container, path);
  yield* checkTermination(container, path);
  yield* checkProbes(container, path, pod);
  yield* checkMounts(container, `${path}.volumeMounts`, pod, policy);
  yield* checkDevices(container, `${path}.volumeDevices`, pod, policy);
}

function* checkImage(image: string, path: string): Iterable<Finding> {
  try {
    parseImageName(image);
  } catch (error) {
    yield invalid(path, messageOf(error));
  }
}

function* checkStrings(words: readonly string[], path: string): Iterable<Finding> {
  for (const [index, word] of words.entries()) {
    const why = whyUnfit(word);
    if (why !== undefined) yield invalid(`${path}[${index}]`, why);
  }
}

function* checkEnv(container: Container, path: string): Iterable<Finding> {
  for (const [index, { name, value }] of (container.env ?? []).entries()) {
    const field = `${path}.env[${index}]`;
    if (!VARIABLE.test(name)) yield invalid(`${field}.name`, `${quoted(name)} cannot be the name of a variable: it takes printable ASCII characters but "="`);
    // The value may be secret: it is never quoted.
    const why = whyUnfit(`${name}=${value ?? ''}`);
    if (why !== undefined) yield invalid(field, why);
  }
}
