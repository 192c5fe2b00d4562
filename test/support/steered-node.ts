import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, type RunningServer, startServer } from '../../src/api/index.js';
import { type CreateBody, makeStamp, PluginCaller, type PodFile, toCreateBody } from '../../src/caller/index.js';
import { DockerProvider } from '../../src/docker/index.js';
import { parseJournal } from '../../src/docker/journal/entries.js';
import { openJournal } from '../../src/docker/journal/index.js';
import { DEFAULT_POLICY, type NodePolicy } from '../../src/docker/node/index.js';
import type { RecordKeys } from '../../src/docker/secrets/index.js';
import { connectEngine } from '../../src/engine/index.js';
import { silentLogger } from '../../src/log.js';
import type { Endpoint } from './endpoint.js';
import { objectsOf, uniqueNode } from './engine-under-test.js';
import { HurriedClock } from './hurried-clock.js';
import { TestPod } from './test-node.js';

export interface SteeredNodeOptions {
  /** Where the plugin finds its engine; a unix socket. */
  readonly socketPath: string;
  /** Where the test itself asks what is on the engine. Default: the same. */
  readonly engine?: Endpoint;
  readonly node?: string;
  /** Default: one that goes with this node. */
  readonly dataDir?: string;
  /** What differs from the default. */
  readonly policy?: Partial<NodePolicy>;
  readonly recordKeys?: RecordKeys;
  readonly podCidr?: string;
}

/** A virtual node's plugin in this process, whose clock can be put forward. It starts without an engine too. */
export class SteeredNode {
  private constructor(
    readonly clock: HurriedClock,
    readonly name: string,
    readonly dataDir: string,
    private readonly engine: Endpoint,
    private readonly directory: string,
    private readonly provider: DockerProvider,
    private readonly server: RunningServer,
  ) {}

  /** The engine has to have the test image already, where pods are to run. */
  static async start(options: SteeredNodeOptions): Promise<SteeredNode> {
    const { socketPath, engine = { socketPath }, node = uniqueNode(), podCidr = '10.220.0.0/16' } = options;
    const directory = mkdtempSync(join(tmpdir(), 'node-'));
    const dataDir = options.dataDir ?? join(directory, 'data');
    const clock = new HurriedClock();
    const provider = new DockerProvider({
      engine: connectEngine({ kind: 'socket', path: socketPath }),
      node,
      network: { podCidr, subnetBits: 22 },
      policy: { ...DEFAULT_POLICY, ...options.policy },
      ...(options.recordKeys && { recordKeys: options.recordKeys }),
      sandboxImage: 'interlink-docker/sandbox:2',
      journal: await openJournal(dataDir, silentLogger),
      logger: silentLogger,
      clock,
    });
    await provider.start();
    const server = await startServer({ app: createApp(provider, { log: silentLogger }), socketPath: join(directory, 'plugin.sock') });
    return new SteeredNode(clock, node, dataDir, engine, directory, provider, server);
  }

  get caller(): PluginCaller {
    return new PluginCaller(this.server.address);
  }

  /** Creates a pod as interLink would; rejects with `PluginRefused` when the plugin refuses it. */
  async create(file: PodFile | CreateBody): Promise<TestPod> {
    const pod = this.newPod(file);
    await this.caller.create(pod.body);
    return pod;
  }

  /** A pod of this node that is not created yet. */
  newPod(file: PodFile | CreateBody): TestPod {
    const body = 'container' in file ? file : toCreateBody(file, makeStamp(new Date()));
    return new TestPod(this.caller, body, body.pod.metadata.uid);
  }

  /** A pod that a plugin before this one created, as a caller sees it that has just been started itself. */
  know(pod: TestPod): TestPod {
    return new TestPod(this.caller, pod.body, pod.jobId);
  }

  /** What of a pod is on the engine. */
  async leftoversOf(pod: TestPod): Promise<{ containers: number; volumes: number }> {
    const { containers, volumes } = await objectsOf(`io.kubernetes.pod.uid=${pod.uid}`, this.engine);
    return { containers: containers.length, volumes: volumes.length };
  }

  /** Whether the deletion of a pod waits on disk for the engine. */
  hasOnDisk(pod: TestPod): boolean {
    return parseJournal(readFileSync(join(this.dataDir, 'journal'), 'utf8')).get(`delete ${pod.uid}`)?.kind === 'delete';
  }

  /** The plugin goes, the pods stay; so does a data directory that was given. */
  async stop(): Promise<void> {
    await this.server.close(100);
    await this.provider.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
