import { Readable } from 'node:stream';
import { type Clock, systemClock } from '../clock.js';
import { ProviderError } from '../errors.js';
import { defaultContainerName, isNativeSidecar, type Pod } from '../kube/index.js';
import { type CallContext, type CreatedPod, type CreateRequest, type LogRequest, type PodStatus, Provider, Tombstones } from '../provider/index.js';
import { isTakenForAlive, lostContainers } from '../wire/index.js';
import type { ContainerStart, StartedContainer } from './container-run.js';
import { PodRun } from './pod-run.js';

/** interLink gives up on a call after 120 s. */
const LONGEST_DELETE_MS = 100_000;
/** Who ends a plugin does not wait for ever, and kills it then. */
const LONGEST_STOP_MS = 10_000;
/** The Kubernetes API's, where a pod names none. */
const DEFAULT_GRACE_SECONDS = 30;

/**
 * A Provider for backends that can start a container and say when it has ended: `startContainer` is all a subclass has to have. Init
 * containers run in order, ended ones are restarted by their policy with the kubelet's back-off, `$(VAR)` in commands is replaced; logs
 * know every option, a UID is created once, and one that was deleted is not created again.
 *
 * All of it is in memory: after a restart of the plugin its pods are told as lost (`ContainerStatusUnknown`), so `stop` ends them. A
 * backend whose pods outlive the plugin extends `Provider` itself. Volumes, probes, resources and security settings are the subclass's
 * to honour, or to refuse in `admit`.
 */
export abstract class ContainerProvider extends Provider {
  private readonly pods = new Map<string, PodRun>();
  private readonly deleted = new Tombstones();
  private isStopping = false;

  /** @param clock of back-offs, times and log stamps */
  constructor(protected readonly clock: Clock = systemClock) {
    super();
  }

  /** Starts one container; resolve as soon as it runs. What it throws ends the attempt with exit code 128, and its text is told. */
  protected abstract startContainer(start: ContainerStart): StartedContainer | Promise<StartedContainer>;

  /**
   * Asked before a pod is taken on: what cannot be honoured is refused by the name of its field.
   * @throws ProviderError `InvalidPod`, `Forbidden`, `OutOfResources`
   */
  protected admit?(request: CreateRequest): void | Promise<void>;

  override async create(request: CreateRequest, _context?: CallContext): Promise<CreatedPod> {
    const { uid } = request.pod.metadata;
    this.refuseLate(uid);
    if (!this.pods.has(uid)) {
      refuseSidecars(request.pod);
      await this.admit?.(request);
      // Its delete, the same create, or the plugin's end may have come meanwhile.
      this.refuseLate(uid);
      if (!this.pods.has(uid)) this.pods.set(uid, new PodRun(request, (start) => this.startContainer(start), this.clock));
    }
    return { uid, jobId: uid };
  }

  override async delete({ metadata, spec }: Pod, _context?: CallContext): Promise<void> {
    const { uid, deletionGracePeriodSeconds } = metadata;
    const pod = this.pods.get(uid);
    const wasHere = pod !== undefined || this.deleted.wasHere(uid, this.clock.now());
    this.deleted.add(uid, wasHere, this.clock.now());
    if (!wasHere) throw new ProviderError('PodNotFound', `No containers found for UUID ${uid}`);
    if (pod === undefined) return;
    const gone = pod.end(deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS).then(() => this.pods.delete(uid));
    await this.within(LONGEST_DELETE_MS, gone);
    if (this.pods.has(uid) && pod.stopFailures.length > 0) throw new ProviderError('EngineFailed', `what runs of pod ${uid} could not be ended: ${pod.stopFailures.join('; ')}`);
  }

  override status(pods: readonly Pod[], _context?: CallContext): Promise<readonly PodStatus[]> {
    return Promise.resolve(pods.flatMap((pod) => this.pods.get(pod.metadata.uid)?.status ?? this.statusOfUnknown(pod) ?? []));
  }

  override getLogs({ podUid, podName, container, options }: LogRequest, { signal }: Pick<CallContext, 'signal'>): Promise<Readable> {
    const pod = this.pods.get(podUid);
    if (pod === undefined) throw new ProviderError('PodNotFound', `No containers found for UUID ${podUid}`);
    const name = container ?? defaultContainerName(pod.pod);
    const run = pod.container(name);
    if (run === undefined) throw new ProviderError('InvalidPod', `container ${name} is not valid for pod ${podName}`);
    return Promise.resolve(run.logOf(options.previous)?.read(options, signal) ?? Readable.from([]));
  }

  /** Ends every pod, as nobody would look after them, and takes on no other; resolves after 10 s at the latest. */
  override async stop(): Promise<void> {
    this.isStopping = true;
    await this.within(LONGEST_STOP_MS, Promise.all([...this.pods.values()].map((pod) => pod.end(0))));
  }

  private refuseLate(uid: string): void {
    if (this.isStopping) throw new ProviderError('EngineUnavailable', 'the plugin is being stopped');
    if (this.deleted.has(uid, this.clock.now())) throw new ProviderError('PodDeleted', `pod ${uid} has been deleted`);
  }

  private statusOfUnknown(pod: Pod): PodStatus | undefined {
    const { name, namespace, uid } = pod.metadata;
    return isTakenForAlive(pod) ? { name, namespace, uid, jobId: uid, ...lostContainers(pod, this.clock.now()) } : undefined;
  }

  private async within(ms: number, work: Promise<unknown>): Promise<void> {
    const over = Promise.withResolvers<void>();
    const callOff = this.clock.at(new Date(this.clock.now().getTime() + ms), () => over.resolve());
    await Promise.race([work, over.promise]).finally(callOff);
  }
}

function refuseSidecars({ spec }: Pod): void {
  const index = (spec.initContainers ?? []).findIndex(isNativeSidecar);
  if (index >= 0) throw new ProviderError('InvalidPod', `pod.spec.initContainers[${index}].restartPolicy: this node runs no native sidecars`);
  const ruled = [...(spec.initContainers ?? []), ...spec.containers].find(({ restartPolicyRules }) => restartPolicyRules?.length);
  if (ruled) throw new ProviderError('InvalidPod', `restartPolicyRules of container ${ruled.name}: this node has none`);
}
