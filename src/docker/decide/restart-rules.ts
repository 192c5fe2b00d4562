import type { Container, ContainerRestartRule } from '../../kube/index.js';

export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

/** What follows the end of a container: nothing more, its own next attempt, or every container of the pod from the beginning. */
export type AfterExit = 'stays' | 'restarts' | 'restartsAll';

/** Action of a rule that has the whole pod begin again, in its sandbox and with its volumes. */
export const RESTART_ALL = 'RestartAllContainers';

/**
 * What follows an end with this code: the first rule of the container that fits, else its own policy, else the pod's.
 * @see Kubernetes, "Individual container restart policy and rules"
 */
export function afterExit({ restartPolicy, restartPolicyRules }: Container, podPolicy: RestartPolicy, exitCode: number): AfterExit {
  const rule = restartPolicyRules?.find((candidate) => fits(candidate, exitCode));
  if (rule?.action === RESTART_ALL) return 'restartsAll';
  const policy = restartPolicy ?? podPolicy;
  return rule?.action === 'Restart' || policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0) ? 'restarts' : 'stays';
}

function fits({ exitCodes }: ContainerRestartRule, exitCode: number): boolean {
  const isListed = exitCodes?.values?.includes(exitCode) ?? false;
  return (exitCodes?.operator === 'In' && isListed) || (exitCodes?.operator === 'NotIn' && !isListed);
}
