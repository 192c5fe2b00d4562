import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createApp, type RunningServer, startServer } from '../../src/api/index.js';
import type { CallerView, CreateBody, LogBody, PodFile } from '../../src/caller/index.js';
import { FIRST_VIEW, makeStamp, PluginCaller, toCallerPhase, toCreateBody, toDeletePod, toLogBody, toStatusPod } from '../../src/caller/index.js';
import type { Clock } from '../../src/clock.js';
import { DockerProvider } from '../../src/docker/index.js';
import { openJournal } from '../../src/docker/journal/index.js';
import { DEFAULT_POLICY, type NodePolicy } from '../../src/docker/node/index.js';
import type { ReachSettings } from '../../src/docker/probes/index.js';
import type { RecordKeys } from '../../src/docker/secrets/index.js';
import { connectEngine, type Engine, type EngineAddress } from '../../src/engine/index.js';
import type { ContainerStatus, Pod, PodSpec } from '../../src/kube/index.js';
import { type Logger, silentLogger } from '../../src/log.js';
import type { PodStatusJson } from '../../src/wire/index.js';
import { ensureBusybox } from './busybox.js';
import { type EngineUnderTest, objectsOf, purgeNode, uniqueNode } from './engine-under-test.js';
import { eventually } from './eventually.js';

export interface TestNodeOptions {
  readonly node?: string;
  readonly dataDir?: string;
  readonly clock?: Clock;
  /** What differs from the default. */
  readonly policy?: Partial<NodePolicy>;
  readonly recordKeys?: RecordKeys;
  /** How probes get to its pods. */
  readonly reach?: ReachSettings;
  /** Default: one that says nothing. */
  readonly logger?: Logger;
  /** Default: the engine under test, over its own socket. */
  readonly connect?: (address: EngineAddress) => Engine;
}

/** A virtual node's plugin in this process, listening on a unix socket, with the caller that interLink would be. */
export class TestNode {
  private constructor(
    readonly name: string,
    readonly engine: Engine,
    readonly provider: DockerProvider,
    private readonly server: RunningServer,
    private readonly directory: string,
    private readonly under: EngineUnderTest,
  ) {}

  static async start(under: EngineUnderTest, options: TestNodeOptions = {}): Promise<TestNode> {
    await ensureBusybox(under.endpoint);
    const name = options.node ?? uniqueNode();
    const directory = mkdtempSync(join(tmpdir(), 'node-'));
    const { logger = silentLogger } = options;
    const engine = (options.connect ?? connectEngine)(toAddress(under));
    const provider = new DockerProvider({
      engine,
      node: name,
      network: { podCidr: '10.213.0.0/16', subnetBits: 22 },
      policy: { ...DEFAULT_POLICY, ...options.policy },
      ...(options.reach && { reach: options.reach }),
      ...(options.recordKeys && { recordKeys: options.recordKeys }),
      sandboxImage: 'interlink-docker/sandbox:2',
      journal: await openJournal(options.dataDir ?? join(directory, 'data'), logger),
      logger,
      ...(options.clock && { clock: options.clock }),
    });
    await provider.start();
    const server = await startServer({ app: createApp(provider, { log: logger }), socketPath: join(directory, 'plugin.sock') });
    return new TestNode(name, engine, provider, server, directory, under);
  }

  get url(): string {
    return this.server.address;
  }

  get caller(): PluginCaller {
    return new PluginCaller(this.url);
  }

  /** Creates a pod as interLink would; rejects with `PluginRefused` when the plugin refuses it. */
  async create(manifest: PodFile | CreateBody): Promise<TestPod> {
    const body = 'container' in manifest ? manifest : toCreateBody(manifest, makeStamp(new Date()));
    const { PodJID } = await this.caller.create(body);
    return new TestPod(this.caller, body, PodJID);
  }

  /** A pod that this node did not create in this run: of a plugin before it. */
  know(pod: TestPod): TestPod {
    return new TestPod(this.caller, pod.body, pod.jobId);
  }

  /** What of a pod is on the engine. */
  async leftoversOf(pod: TestPod): Promise<{ containers: number; volumes: number }> {
    const { containers, volumes } = await objectsOf(`io.kubernetes.pod.uid=${pod.uid}`, this.under.endpoint);
    return { containers: containers.length, volumes: volumes.length };
  }

  /** The plugin goes, the pods stay. */
  async stop(): Promise<void> {
    await this.server.close(1000);
    await this.provider.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The plugin goes, and everything of its node. */
  async remove(): Promise<void> {
    await this.stop();
    await purgeNode(this.name, this.under.endpoint);
  }
}

/** One pod as its cluster sees it. */
export class TestPod {
  view: CallerView = FIRST_VIEW;

  constructor(
    private readonly caller: PluginCaller,
    readonly body: CreateBody,
    readonly jobId: string,
  ) {}

  get pod(): Pod {
    return this.body.pod;
  }

  get uid(): string {
    return this.pod.metadata.uid;
  }

  /** Has it created; rejects with `PluginRefused` when the plugin refuses it. */
  async create(): Promise<void> {
    await this.caller.create(this.body);
  }

  /** One poll; the plugin's own answer. */
  async status(): Promise<PodStatusJson> {
    const answer = await this.caller.status([toStatusPod(this.pod, this.jobId, this.view)]);
    this.view = toCallerPhase(this.pod, this.view, answer);
    const [own] = answer;
    if (own === undefined) throw new Error(`no status of pod ${this.pod.metadata.name}`);
    return own;
  }

  /** The plugin's own words on one container, init containers among them. */
  async containerStatus(name: string): Promise<ContainerStatus> {
    const { containers, initContainers } = await this.status();
    const found = [...containers, ...initContainers].find((status) => status.name === name);
    if (found === undefined) throw new Error(`no status of container ${name}`);
    return found;
  }

  /** Polls until the condition holds for the plugin's answer. */
  async until(condition: (status: PodStatusJson, view: CallerView) => boolean, deadlineMs = 30_000): Promise<PodStatusJson> {
    let last: PodStatusJson | undefined;
    return eventually(
      async () => {
        last = await this.status();
        return condition(last, this.view) ? last : undefined;
      },
      { deadlineMs },
    ).catch((cause: unknown) => {
      throw new Error(`never so: ${condition.toString()}; last ${JSON.stringify(last)}`, { cause });
    });
  }

  /** Polls until the cluster would show this phase. */
  untilPhase(phase: CallerView['phase'], deadlineMs?: number): Promise<PodStatusJson> {
    return this.until((_status, view) => view.phase === phase, deadlineMs);
  }

  /** A whole log. */
  async log(container = '', options: Partial<LogBody['Opts']> = {}): Promise<string> {
    return text(await this.caller.getLogs(toLogBody(this.pod, container, options)));
  }

  /** Polls until a container has written this. */
  async untilLogged(words: string, container = ''): Promise<void> {
    await eventually(async () => ((await this.log(container)).includes(words) ? true : undefined));
  }

  async delete(): Promise<void> {
    await this.caller.delete(toDeletePod(this.pod, this.jobId, this.view, new Date()));
  }
}

/** A pod file of one pod: what is not said is as in the shortest YAML that works. */
export function podFile(spec: Partial<PodSpec> & Pick<PodSpec, 'containers'>, more: Partial<Omit<PodFile, 'pod'>> & { name?: string; namespace?: string } = {}): PodFile {
  const { name = 'test', namespace = 'default', configMaps = [], secrets = [] } = more;
  return {
    pod: { metadata: { name, namespace }, spec: { automountServiceAccountToken: false, restartPolicy: 'Never', terminationGracePeriodSeconds: 1, ...spec } },
    configMaps,
    secrets,
  };
}

/** A pod of one busybox container that runs a shell script. */
export function shellPod(script: string, spec: Partial<PodSpec> = {}, container: Partial<PodSpec['containers'][number]> = {}): PodFile {
  return podFile({ containers: [shell('main', script, container)], ...spec });
}

/** A busybox container that runs a shell script. */
export function shell(name: string, script: string, more: Partial<PodSpec['containers'][number]> = {}): PodSpec['containers'][number] {
  return { name, image: 'busybox:1.36', command: ['sh', '-c', script], ...more };
}

function toAddress({ endpoint }: EngineUnderTest): EngineAddress {
  return 'socketPath' in endpoint ? { kind: 'socket', path: endpoint.socketPath } : { kind: 'tcp', host: endpoint.host, port: endpoint.port };
}
