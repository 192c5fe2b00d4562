import { makeStamp, toCreateBody } from '../../src/caller/index.js';
import { DockerProvider } from '../../src/docker/index.js';
import { type Journal, openJournal } from '../../src/docker/journal/index.js';
import type { Pod, PodSpec } from '../../src/kube/index.js';
import { silentLogger } from '../../src/log.js';
import { parseCreateBody } from '../../src/wire/index.js';
import { FakeEngine } from '../fakes/fake-engine.js';
import { WELL_BEHAVED } from '../fakes/program.js';
import { RecordingLogger } from '../unit/api/recording-provider.js';
import { eventually } from './eventually.js';
import { HurriedClock } from './hurried-clock.js';

const CONTEXT = { session: 'test', signal: new AbortController().signal };
/** How often the plugin tidies. */
const MINUTE_MS = 60_000;

export interface FakeNodeOptions {
  readonly engine?: FakeEngine;
  readonly node?: string;
  readonly clock?: HurriedClock;
  /** Default: in memory. */
  readonly dataDir?: string;
}

/** A virtual node's plugin over an engine in memory, with a clock that can be put forward. */
export class FakeNode {
  private constructor(
    readonly log: RecordingLogger,
    readonly engine: FakeEngine,
    readonly clock: HurriedClock,
    readonly provider: DockerProvider,
    readonly journal: Journal,
  ) {}

  static async start(options: FakeNodeOptions = {}): Promise<FakeNode> {
    const { engine = new FakeEngine({ images: ['busybox:1'] }), node = 'node', clock = new HurriedClock() } = options;
    engine.runs((config) => (config.Labels?.['io.kubernetes.docker.type'] === 'helper' ? { exits: 0 } : WELL_BEHAVED));
    const journal = await openJournal(options.dataDir, silentLogger);
    const log = new RecordingLogger();
    const provider = new DockerProvider({ engine, node, network: { podCidr: '10.213.0.0/16', subnetBits: 22 }, sandboxImage: 'sandbox:1', journal, logger: log, clock });
    await provider.start();
    return new FakeNode(log, engine, clock, provider, journal);
  }

  /** What is on the engine is known. */
  async untilServing(): Promise<this> {
    await eventually(() => this.provider.status([], CONTEXT).then(() => true, () => false));
    return this;
  }

  async create(spec: Partial<PodSpec> = {}): Promise<Pod> {
    const pod = FakeNode.newPod(spec);
    await this.send(pod);
    return pod.pod;
  }

  /** A pod that no plugin has heard of. */
  static newPod(spec: Partial<PodSpec> = {}): ReturnType<typeof toCreateBody> {
    const complete = { automountServiceAccountToken: false, terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'busybox:1' }], ...spec };
    return toCreateBody({ pod: { metadata: { name: 'web', namespace: 'ns' }, spec: complete }, configMaps: [], secrets: [] }, makeStamp(new Date()));
  }

  async send(body: ReturnType<typeof toCreateBody>): Promise<void> {
    const [request] = parseCreateBody(body).pods;
    if (request !== undefined) await this.provider.create(request, CONTEXT);
  }

  delete(pod: Pod): Promise<void> {
    return this.provider.delete(pod, CONTEXT);
  }

  ping(): Promise<unknown> {
    return this.provider.ping(CONTEXT);
  }

  status(...pods: readonly Pod[]): Promise<unknown> {
    return this.provider.status(pods, CONTEXT);
  }

  async untilRunning(pod: Pod): Promise<void> {
    await eventually(async () => JSON.stringify(await this.status(pod)).includes('"running"'));
  }

  /** A figure without labels, or with one label of this value. */
  figure(name: string, label?: string): number | undefined {
    const metric = this.provider.metrics().find((one) => one.name === `interlink_docker_${name}`);
    return metric?.type === 'histogram' ? undefined : metric?.samples.find(({ labels }) => label === undefined || Object.values(labels ?? {}).includes(label))?.value;
  }

  /** Lines of the log that say this, from warnings on or not. */
  said(words: string): readonly string[] {
    return this.log.lines.filter(({ level, message }) => level !== 'debug' && message.includes(words)).map(({ message }) => message);
  }

  /** The plugin tidies once. */
  async tidy(): Promise<void> {
    const before = this.engine.countOf('listContainers');
    this.clock.advance(MINUTE_MS);
    await eventually(() => this.engine.countOf('listContainers') > before);
    await eventually(() => this.clock.isWaitedFor(MINUTE_MS / 2));
  }

  stop(): Promise<void> {
    return this.provider.stop();
  }
}
