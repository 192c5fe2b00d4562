/**
 * Reasons as the kubelet writes them, so that people and tools recognise what happened.
 * @see Kubernetes, pkg/kubelet/events
 */
type KubeletReason = 'Created' | 'Started' | 'Failed' | 'Killing' | 'Pulling' | 'Pulled' | 'BackOff' | 'ErrImageNeverPull' | 'FailedToRetrieveImagePullSecret' | 'InspectFailed' | 'SandboxChanged' | 'FailedCreatePodSandBox' | 'FailedMount' | 'Unhealthy' | 'ProbeWarning' | 'FailedPostStartHook' | 'FailedPreStopHook' | 'Evicted' | 'DeadlineExceeded';

/**
 * What a kubelet has no word for: a pod found on the engine at start; one that the cluster counts as failed and will never ask
 * about again; a field of the spec that is not honoured; a token that nobody renews.
 */
type OwnReason = 'Adopted' | 'GivenUp' | 'FieldNotHonoured' | 'TokenExpiring';

/** Why a pod does not fit the node, with the resource that is short. */
type ShortageReason = `OutOf${string}`;

export type EventReason = KubeletReason | ShortageReason | OwnReason;
