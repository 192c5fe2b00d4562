import type { Pod } from '../../kube/index.js';

/** Container name of the sandbox in engine names and labels, as on every Docker-based Kubernetes node. */
export const SANDBOX = 'POD';

/** Type of a short-lived container that runs the sandbox tool for the plugin. */
export const HELPER = 'helper';

/** With which the names of a node's helpers begin. Its label alone does not make a helper: images hand their labels on to containers. */
export function helperPrefix(node: string): string {
  return `interlink_${HELPER}_${node}_`;
}

/** Labels of engine objects that belong to pods. */
export const LABEL = {
  podName: 'io.kubernetes.pod.name',
  podNamespace: 'io.kubernetes.pod.namespace',
  podUid: 'io.kubernetes.pod.uid',
  container: 'io.kubernetes.container.name',
  /** `podsandbox`, `container`, and our own `owner` and `helper`. */
  type: 'io.kubernetes.docker.type',
  sandboxId: 'io.kubernetes.sandbox.id',
  /** Name of the virtual node: plugins on one engine tell their objects apart by it. */
  node: 'interlink.eu/node',
  /** Of an engine volume that holds a single file which is mounted by itself: the file's name. */
  file: 'interlink.eu/file',
  /** On an engine volume for files of a pod that was made again, empty, because the one with the files was gone. */
  remade: 'interlink.eu/remade',
  /** On a container that was made after the whole pod was told to begin again: by the end of which attempt. */
  era: 'interlink.eu/era',
  /** On a container whose last words go into a file: the engine volume that the file is in, and its name there. */
  messageVolume: 'interlink.eu/message-volume',
  messageFile: 'interlink.eu/message-file',
  /** Its terminationMessagePolicy, where it is not the default. */
  messagePolicy: 'annotation.io.kubernetes.container.terminationMessagePolicy',
  /** Format version of the pod's record. */
  record: 'interlink.eu/record',
} as const;

const CREATING = '_creating';
const DELETING = '_deleting';

/** Stage of a pod's life that its sandbox's name tells, so that it survives everything. */
export type SandboxStage = 'creating' | 'accepted' | 'deleting';

/** `k8s_<container>_<pod>_<namespace>_<uid>_<attempt>`: deterministic, so the engine refuses a twin. */
export function containerName(pod: Pod, container: string, attempt: number): string {
  const { name, namespace, uid } = pod.metadata;
  return `k8s_${container}_${name}_${namespace}_${uid}_${attempt}`;
}

export function sandboxName(pod: Pod, stage: SandboxStage): string {
  const base = containerName(pod, SANDBOX, 0);
  return stage === 'creating' ? base + CREATING : stage === 'deleting' ? base + DELETING : base;
}

export interface ParsedName {
  readonly container: string;
  readonly podName: string;
  readonly namespace: string;
  readonly podUid: string;
  readonly attempt: number;
  readonly stage: SandboxStage;
}

/** The parts of an engine name of ours (slash or not); none of them can hold an underscore. `undefined`: not ours. */
export function parseContainerName(engineName: string): ParsedName | undefined {
  const [prefix, container, podName, namespace, podUid, attempt, stage, ...rest] = engineName.replace(/^\//, '').split('_');
  if (prefix !== 'k8s' || !container || !podName || !namespace || !podUid || rest.length > 0) return undefined;
  if (attempt === undefined || !/^\d+$/.test(attempt)) return undefined;
  if (stage !== undefined && stage !== 'creating' && stage !== 'deleting') return undefined;
  return { container, podName, namespace, podUid, attempt: Number(attempt), stage: stage ?? 'accepted' };
}

/** Whether the name of a pod's container and its labels tell the same: only who makes both by our rules has them so. Pure. */
export function isNamedAsLabelled(engineName: string, labels: Readonly<Record<string, string>>): boolean {
  const parsed = parseContainerName(engineName);
  if (parsed === undefined) return false;
  const { container, podName, namespace, podUid } = parsed;
  return labels[LABEL.container] === container && labels[LABEL.podName] === podName && labels[LABEL.podNamespace] === namespace && labels[LABEL.podUid] === podUid;
}

/** Engine volume of one volume of a pod; the node is in it, so that no other plugin's pod can mount it by chance. */
export function volumeName(node: string, podUid: string, volume: string): string {
  return `k8s_${node}_${podUid}_${volume}`;
}

/** Whether a volume with the labels of a pod has a name that we give: the labels alone may be anybody's. Pure. */
export function isVolumeOfPod(node: string, { Name, Labels }: { readonly Name: string; readonly Labels: Readonly<Record<string, string>> }): boolean {
  const podUid = Labels[LABEL.podUid];
  return podUid !== undefined && Labels[LABEL.node] === node && Name.startsWith(volumeName(node, podUid, ''));
}

/** Which of a node's networks is meant. */
export interface NetworkKind {
  /** Empty: the one that the pods of all namespaces share. */
  readonly namespace: string;
  /** For pods that reach nothing beyond it but the host. */
  readonly internal: boolean;
}

/** Engine network of one Kubernetes namespace on one virtual node. No namespace has a dot in its name. */
export function networkName(node: string, { namespace, internal }: NetworkKind): string {
  return `interlink_${node}_${namespace || SHARED}${internal ? INTERNAL : ''}`;
}

/** Which of a node's networks has this name; `undefined`: none. */
export function parseNetworkName(node: string, name: string): NetworkKind | undefined {
  const prefix = `interlink_${node}_`;
  if (!name.startsWith(prefix)) return undefined;
  const internal = name.endsWith(INTERNAL);
  const namespace = name.slice(prefix.length, internal ? -INTERNAL.length : undefined);
  if (namespace === SHARED) return { namespace: '', internal };
  return /[._]/.test(namespace) || namespace === '' ? undefined : { namespace, internal };
}

const SHARED = '.shared';
const INTERNAL = '.internal';

/** Labels of every engine object of a pod. */
export function podLabels(pod: Pod, node: string): Record<string, string> {
  return {
    [LABEL.podName]: pod.metadata.name,
    [LABEL.podNamespace]: pod.metadata.namespace,
    [LABEL.podUid]: pod.metadata.uid,
    [LABEL.node]: node,
  };
}
