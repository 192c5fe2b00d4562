import { type Container, signalNumber } from '../../kube/index.js';
import { type Finding, invalid, quoted } from './findings.js';

/** How a container is stopped, and what is told of its end. */
export function* checkTermination({ lifecycle }: Container, path: string): Iterable<Finding> {
  const { stopSignal } = lifecycle ?? {};
  if (stopSignal && (!stopSignal.startsWith('SIG') || signalNumber(stopSignal) === undefined)) {
    yield invalid(`${path}.lifecycle.stopSignal`, `${quoted(stopSignal)} is not the name of a signal`);
  }
}
