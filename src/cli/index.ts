/** What the client commands do, apart from their command lines. */
export { EXIT_CODE_NO_RUN, submit } from './submit.js';
export type { SubmitOutput, SubmitRequest } from './submit.js';
export { applyOverrides, NO_OVERRIDES, toOverrideMap } from './overrides.js';
export type { Overrides, PullPolicy } from './overrides.js';
export { describeView, exitCodeOf } from './describe.js';
export { askNode, nameOfPod } from './node.js';
export type { NodeLine, NodeOrder, NodePodLine } from './node.js';
export { changes, drain } from './drain.js';
export type { DrainOutput, DrainRequest } from './drain.js';
export { askForListener, askHealth } from './health.js';
export { askForPod, askForPods, askWhatIsMissing, podsTable } from './pods.js';
export type { EventLine, PodAnswer, PodLine } from './pods.js';
export { candidateLines, matchPods, whyText } from './why.js';
export { type CheckAnswer, checkText } from './check.js';
export { printable, printableLines, toJson } from './printable.js';
export { explainFailure, gaveNoAnswer, isForbidden, neverArrived } from './explain-failure.js';
