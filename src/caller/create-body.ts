import { allContainers } from '../kube/index.js';
import type { Container, EnvVar, Pod, Volume } from '../kube/index.js';
import { toContainerObjects } from './deliver.js';
import type { ContainerObjects } from './deliver.js';
import { JOB_CONFIG } from './job-config.js';
import { ClusterObjects } from './objects.js';
import type { PodFile } from './pod-file.js';
import { resolveEnv } from './resolve-env.js';
import { skipEnv } from './skip-env.js';
import type { Stamp } from './stamp.js';
import { toTime } from './stamp.js';
import { toStoredPod } from './stored-pod.js';

/** Body of POST /create in the object form, as interLink sends it. */
export interface CreateBody {
  readonly pod: Pod;
  readonly container: readonly ContainerObjects[];
  readonly jobConfig: typeof JOB_CONFIG;
}

/**
 * Who resolves the references in a container's environment: the virtual kubelet, as it does by default; interLink, as far as it does
 * where the virtual kubelet runs with SkipDownwardAPIResolution; nobody.
 */
export type EnvResolver = 'virtual-kubelet' | 'interlink' | 'nobody';

/**
 * What interLink would send for a pod of this file, in a cluster that holds nothing else.
 * @throws PodFileError for an object or key that is missing; InvalidImageName
 */
export function toCreateBody(file: PodFile, stamp: Stamp, envResolver: EnvResolver = 'virtual-kubelet'): CreateBody {
  const stored: Pod = toStoredPod(file.pod, stamp);
  const pod = { ...stored, status: toFirstStatus(stored, stamp) };
  const objects = new ClusterObjects(file, pod.metadata.namespace, stamp);
  const { initContainers } = pod.spec;
  const resolve = (container: Container): Container => {
    if (envResolver === 'nobody') return container;
    return withEnv(container, (envResolver === 'interlink' ? skipEnv : resolveEnv)(container, pod, objects));
  };
  const sent: Pod = {
    ...pod,
    spec: {
      ...pod.spec,
      ...(pod.spec.volumes && { volumes: pod.spec.volumes.map(toProjected) }),
      containers: pod.spec.containers.map(resolve),
      ...(initContainers && { initContainers: initContainers.map(resolve) }),
    },
  };
  return { pod: sent, container: allContainers(sent).map((container) => toContainerObjects(container, sent, objects)), jobConfig: JOB_CONFIG };
}

function withEnv(container: Container, env: EnvVar[]): Container {
  const rest = Object.fromEntries(Object.entries(container).filter(([field]) => field !== 'env' && field !== 'envFrom'));
  return { ...(rest as unknown as Container), ...(env.length > 0 && { env }) };
}

/** The virtual kubelet rewrites downwardAPI volumes as projected ones. */
function toProjected(volume: Volume): Volume {
  if (!volume.downwardAPI) return volume;
  const { defaultMode, items } = volume.downwardAPI;
  return {
    name: volume.name,
    projected: { sources: [{ downwardAPI: { ...(items && { items }) } }], ...(defaultMode !== undefined && { defaultMode }) },
  };
}

/** The status that the virtual kubelet gives a pod when it takes it on. */
function toFirstStatus(pod: Pod, stamp: Stamp): NonNullable<Pod['status']> {
  // The published types know no null; Go writes times that are unset so.
  const condition = (type: string, holds: boolean) =>
    ({ type, status: holds ? 'True' : 'False', lastProbeTime: null, lastTransitionTime: null }) as unknown as NonNullable<NonNullable<Pod['status']>['conditions']>[number];
  return {
    phase: 'Pending',
    conditions: [condition('Initialized', !pod.spec.initContainers?.length), condition('Ready', false), condition('PodScheduled', true)],
    hostIP: '127.0.0.1',
    podIP: '127.0.0.1',
    startTime: toTime(stamp.now),
    containerStatuses: pod.spec.containers.map(({ name, image = '' }) => ({
      name,
      state: { waiting: { reason: 'Remote pod submitted', message: 'The pod has been submitted to the remote plugin for creation' } },
      lastState: {},
      ready: false,
      restartCount: 0,
      image,
      imageID: '',
    })),
  };
}
