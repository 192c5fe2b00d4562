import { posix } from 'node:path';
import { type Container, DEFAULT_MESSAGE_PATH, signalNumber } from '../../kube/index.js';
import { type Finding, invalid, quoted } from './findings.js';

const POLICIES = ['File', 'FallbackToLogsOnError'];

/** How a container is stopped, and what is told of its end. */
export function* checkTermination(container: Container, path: string): Iterable<Finding> {
  const { terminationMessagePath: messagePath, terminationMessagePolicy: policy } = container;
  if (messagePath && !isFilePath(messagePath)) yield invalid(`${path}.terminationMessagePath`, `${quoted(messagePath)} is not the absolute path of a file`);
  const mounted = container.volumeMounts?.some(({ mountPath }) => posix.resolve('/', mountPath) === (messagePath || DEFAULT_MESSAGE_PATH)) ?? false;
  if (mounted) yield invalid(`${path}.terminationMessagePath`, 'a volume is mounted there');
  if (policy && !POLICIES.includes(policy)) yield invalid(`${path}.terminationMessagePolicy`, `${quoted(policy)} is not one of ${POLICIES.join(', ')}`);
  const { stopSignal } = container.lifecycle ?? {};
  if (stopSignal && (!stopSignal.startsWith('SIG') || signalNumber(stopSignal) === undefined)) {
    yield invalid(`${path}.lifecycle.stopSignal`, `${quoted(stopSignal)} is not the name of a signal`);
  }
}

function isFilePath(path: string): boolean {
  return path !== '/' && path === posix.resolve('/', path) && !path.includes('\0');
}
