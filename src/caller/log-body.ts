import type { Pod } from '../kube/index.js';

/** Body of GET /getLogs: every option always there, 0 and year 1 meaning unset. */
export interface LogBody {
  readonly Namespace: string;
  readonly PodUID: string;
  readonly PodName: string;
  readonly ContainerName: string;
  readonly Opts: {
    readonly Tail: number;
    readonly Bytes: number;
    readonly Timestamps: boolean;
    readonly Follow: boolean;
    readonly Previous: boolean;
    readonly SinceSeconds: number;
    /** RFC 3339. */
    readonly SinceTime: string;
  };
}

const UNSET_TIME = '0001-01-01T00:00:00Z';

/** Asks for the log of one container; an empty name means the pod's default one. */
export function toLogBody(pod: Pod, container: string, options: Partial<LogBody['Opts']> = {}): LogBody {
  const { namespace, uid, name } = pod.metadata;
  return {
    Namespace: namespace,
    PodUID: uid,
    PodName: name,
    ContainerName: container,
    Opts: {
      Tail: 0,
      Bytes: 0,
      Timestamps: false,
      Follow: false,
      Previous: false,
      SinceSeconds: 0,
      SinceTime: UNSET_TIME,
      ...options,
    },
  };
}
