import { Command } from 'commander';
import { createApp, type ListenAddress, startServer } from '../api/index.js';
import { type Config, isGuarded, isLocal, loadConfig } from '../config/index.js';
import { DockerProvider } from '../docker/index.js';
import { openJournal } from '../docker/journal/index.js';
import { connectEngine, type Engine } from '../engine/index.js';
import { messageOf } from '../errors.js';
import { createLogger, type Logger, traced } from '../log.js';
import { reloadOnHangUp } from './reload.js';
import { toTracing } from './tracing.js';
import { toPolicy } from './policy.js';
import { readPem } from './read-pem.js';
import { readRecordKeys } from './record-keys.js';
import { warnOfSiteOverlap } from './site-overlap.js';

/** Within it requests under way are finished; a `/create` that waits for its engine is not worth more. */
const SHUTDOWN_GRACE_MS = 10_000;
const ENGINE_RETRY_MS = 1_000;

/** `interlink-docker serve`: the plugin over a Docker Engine. */
export function serveCommand(version: string): Command {
  return new Command('serve')
    .description('serve interLink\'s plugin calls for the pods of a Docker Engine')
    .option('--config <file>', 'configuration file (YAML); each key has an environment variable too')
    .action(async (options: { config?: string }) => serve(() => loadConfig({ file: options.config, env: process.env }), version));
}

/** Runs until SIGTERM or SIGINT; the pods outlive it. */
async function serve(load: () => Config, version: string): Promise<void> {
  const config = load();
  const base = createLogger(config.logLevel);
  reloadOnHangUp(config, load, base);
  const engine = connectEngine(config.docker, { parallelStarts: config.Engine.ParallelStarts });
  const node = config.NodeName ?? (await engineName(engine, base));
  const tracing = await toTracing(config, { node, version, logger: base });
  const logger = tracing === undefined ? base : traced(base, tracing.tracer);
  const provider = new DockerProvider({
    engine,
    node,
    network: { podCidr: config.Network.PodCIDR, subnetBits: config.Network.SubnetBits },
    policy: toPolicy(config),
    ...(config.RecordKeyFile !== undefined && { recordKeys: await readRecordKeys(config.RecordKeyFile) }),
    sandboxImage: config.SandboxImage,
    journal: await openJournal(config.DataDir, logger),
    // Pods on a network that our container joins reach whatever listens there.
    reach: { way: 'auto', mayJoin: isGuarded(config) },
    logger,
    version,
    ...(tracing && { tracer: tracing.tracer }),
  });
  const stopping = new AbortController();
  const app = createApp(provider, { log: logger, bodyLimitBytes: config.BodyLimit, processMetrics: true, isLocal: isLocal(config), stopping: stopping.signal, ...(tracing && { tracer: tracing.tracer }) });
  const server = await startServer({ app, ...(await toListen(config)) });
  // Only who has the address may claim the node's name: a second start by mistake must not take it from the first.
  await provider.start();
  if (!isGuarded(config)) logger.warn('anyone who reaches this address can run containers here: the wire has no authentication', { address: server.address });
  warnOfSiteOverlap(config, logger);
  logger.info('serving', { address: server.address, node });
  await untilSignal();
  logger.info('shutting down; the pods keep running');
  stopping.abort();
  await server.close(SHUTDOWN_GRACE_MS);
  await provider.stop();
  await tracing?.stop();
  // Timers and engine connections that are left have nothing to finish.
  process.exit(0);
}

/** @throws Error naming the key whose file cannot be read */
async function toListen({ listen }: Config): Promise<ListenAddress> {
  if (listen.kind === 'socket') return { socketPath: listen.path, socketMode: listen.mode, ...(listen.group !== undefined && { socketGroup: listen.group }) };
  const { host, port, tls } = listen;
  if (tls === undefined) return { host, port };
  const [cert, key, clientCa] = await Promise.all([readPem('TLSCert', tls.certFile), readPem('TLSKey', tls.keyFile), readPem('TLSClientCA', tls.clientCaFile)]);
  return { host, port, tls: { cert, key, clientCa } };
}

/** Without a NodeName the engine's own name is the node's, so that a plugin in a container keeps its pods. */
async function engineName(engine: Engine, logger: Logger): Promise<string> {
  for (;;) {
    try {
      return (await engine.info()).name;
    } catch (error) {
      logger.warn('waiting for the Docker Engine to learn its name; set NodeName to serve without it', { reason: messageOf(error) });
      await new Promise((resolve) => setTimeout(resolve, ENGINE_RETRY_MS));
    }
  }
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
  });
}
