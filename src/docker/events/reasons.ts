/**
 * Reasons as the kubelet writes them, so that people and tools recognise what happened.
 * @see Kubernetes, pkg/kubelet/events
 */
export const EVENT_REASON = {
  created: 'Created',
  started: 'Started',
  failed: 'Failed',
  killing: 'Killing',
  backOff: 'BackOff',
  pulling: 'Pulling',
  pulled: 'Pulled',
  errImageNeverPull: 'ErrImageNeverPull',
  inspectFailed: 'InspectFailed',
  unhealthy: 'Unhealthy',
  exceededGracePeriod: 'ExceededGracePeriod',
  sandboxChanged: 'SandboxChanged',
  failedCreateSandbox: 'FailedCreatePodSandBox',
  failedMount: 'FailedMount',
  failedSync: 'FailedSync',
  failedKillPod: 'FailedKillPod',
} as const;
