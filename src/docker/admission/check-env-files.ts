import type { Container, Pod } from '../../kube/index.js';
import { type Finding, invalid, quoted } from './findings.js';

/** Kubernetes' own rule for names of variables. */
const KEY = /^[ -<>-~]+$/;

/** Variables out of files: of an emptyDir of the pod, by a path that stays in it. */
export function* checkEnvFiles(container: Container, path: string, { spec }: Pod): Iterable<Finding> {
  for (const [index, { value, valueFrom }] of (container.env ?? []).entries()) {
    const reference = valueFrom?.fileKeyRef;
    if (!reference) continue;
    const field = `${path}.env[${index}].valueFrom.fileKeyRef`;
    const volume = spec.volumes?.find(({ name }) => name === reference.volumeName);
    if (value) yield invalid(field, 'a variable has a value or a source, not both');
    if (volume === undefined) yield invalid(`${field}.volumeName`, `${quoted(reference.volumeName)} is not a volume of the pod`);
    else if (!volume.emptyDir) yield invalid(`${field}.volumeName`, `${quoted(reference.volumeName)} is not an emptyDir`);
    const why = whyNotPath(reference.path);
    if (why !== undefined) yield invalid(`${field}.path`, `${quoted(reference.path)} ${why}`);
    if (!KEY.test(reference.key ?? '')) yield invalid(`${field}.key`, `${quoted(reference.key)} cannot be the name of a variable: it takes printable ASCII characters but "="`);
  }
}

function whyNotPath(path: string | undefined): string | undefined {
  if (!path) return 'is not the path of a file';
  if (path.startsWith('/')) return 'must be relative';
  if (path.split('/').some((part) => part === '..')) return 'must not contain ".."';
  return path.endsWith('/') || path.includes('\0') ? 'is not the path of a file' : undefined;
}
