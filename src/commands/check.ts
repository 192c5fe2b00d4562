import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { createApp, startServer } from '../api/index.js';
import { type CreateBody, makeStamp, PluginCaller, PluginRefused, readPodFile, toCreateBody } from '../caller/index.js';
import { type CheckAnswer, checkText, toJson } from '../cli/index.js';
import { type Config, loadConfig } from '../config/index.js';
import { checkPod, type PodCheck, traitsWithoutEngine } from '../docker/index.js';
import { type NodeTraits, toAbilities } from '../docker/node/index.js';
import { connectEngine } from '../engine/index.js';
import { messageOf } from '../errors.js';
import { silentLogger } from '../log.js';
import { type CreatedPod, type CreateRequest, Provider } from '../provider/index.js';
import { readPodText } from './pod-text.js';
import { toPolicy } from './policy.js';

interface CheckFlags {
  readonly file: string;
  readonly config?: string;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** Longer, an engine is not waited for: what does not depend on it is told all the same. */
const ENGINE_TIMEOUT_MS = 10_000;

/** `interlink-docker check`: what would become of a pod here. */
export function checkCommand(): Command {
  return new Command('check')
    .description('say of every field of a pod whether this node honours it, accepts it without effect or refuses it; nothing is created')
    .requiredOption('-f, --file <file>', 'one Pod, and the ConfigMaps and Secrets it uses, as for submit; "-" reads standard input')
    .option('--config <file>', 'configuration file of the plugin, as for serve')
    .option('--json', 'as JSON', false)
    .option('-v, --verbose', 'list the fields that are honoured, too', false)
    .addHelpText('after', '\nExit code 0: the pod would be accepted by the empty node. 1: it would be refused, or the file cannot be used.')
    .action(runCheck);
}

async function runCheck({ file, config: configFile, json, verbose }: CheckFlags): Promise<void> {
  const config = loadConfig({ file: configFile, env: process.env });
  const body = toCreateBody(readPodFile(await readPodText(file)), makeStamp(new Date()));
  const { traits, reason } = await traitsOf(config);
  const rehearsal = new Rehearsal(traits, reason === undefined);
  const check = await rehearse(body, rehearsal, config.BodyLimit);
  const { namespace, name } = body.pod.metadata;
  const notChecked = reason === undefined ? [] : [`the Docker Engine cannot be reached (${reason}): what it can do, and how much CPU and memory it has`];
  const answer: CheckAnswer = { node: traits.name, pod: `${namespace}/${name}`, ...check, notChecked };
  process.stdout.write(json ? toJson(answer) : checkText(answer, verbose));
  process.exitCode = check.accepted ? 0 : 1;
}

/** @returns `reason` where the engine cannot be asked */
async function traitsOf(config: Config): Promise<{ readonly traits: NodeTraits; readonly reason?: string }> {
  const policy = toPolicy(config);
  try {
    const engine = connectEngine(config.docker);
    const signal = AbortSignal.timeout(ENGINE_TIMEOUT_MS);
    const [version, info] = [await engine.version(signal), await engine.info(signal)];
    return { traits: { name: config.NodeName ?? info.name, policy, abilities: { ...toAbilities(version, info), negativeOomScores: false } } };
  } catch (error) {
    return { traits: traitsWithoutEngine(config.NodeName ?? 'of this configuration', policy), reason: messageOf(error) };
  }
}

/** Takes no pod on, but says what would become of it. */
class Rehearsal extends Provider {
  check: PodCheck | undefined;

  constructor(
    private readonly traits: NodeTraits,
    private readonly isEngineKnown: boolean,
  ) {
    super();
  }

  override create(request: CreateRequest): Promise<CreatedPod> {
    this.check = checkPod(request, this.traits, this.isEngineKnown, new Date());
    const { uid } = request.pod.metadata;
    return Promise.resolve({ uid, jobId: uid });
  }
}

/** By the same door as a create of the cluster: what its front refuses, it refuses here. */
async function rehearse(body: CreateBody, rehearsal: Rehearsal, bodyLimitBytes: number): Promise<PodCheck> {
  const directory = await mkdtemp(join(tmpdir(), 'interlink-check-'));
  const server = await startServer({ app: createApp(rehearsal, { log: silentLogger, bodyLimitBytes }), socketPath: join(directory, 'check.sock') });
  try {
    await new PluginCaller(server.address).create(body);
  } catch (error) {
    if (!(error instanceof PluginRefused) || error.status >= 500) throw error;
    return { accepted: false, refused: [{ kind: 'InvalidPod', message: error.message }], warned: [], honoured: [], unread: [] };
  } finally {
    await server.close(0);
    await rm(directory, { recursive: true, force: true });
  }
  if (rehearsal.check === undefined) throw new Error('the pod was not looked at');
  return rehearsal.check;
}
