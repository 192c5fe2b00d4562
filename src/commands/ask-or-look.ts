import type { Command } from 'commander';
import { explainFailure, gaveNoAnswer, type PodAnswer, printableLines } from '../cli/index.js';
import { type Config, loadConfig } from '../config/index.js';
import { labelledPods } from '../docker/index.js';
import { connectEngine } from '../engine/index.js';
import { messageOf } from '../errors.js';
import { toPluginUrl } from './plugin-url.js';

/** Of every command that asks the running plugin. */
export interface PluginFlags {
  readonly config?: string;
  readonly url?: string;
}

export function withPluginOptions(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file of the plugin, as for serve: where it listens, and which engine it uses')
    .option('--url <url>', 'the plugin, where it is not the configured one: http://host:port or unix:///path/of/a.sock');
}

/**
 * Asks the running plugin; where the configured one cannot be asked, looks at what the engine has with its labels, and says so.
 * @throws Error in words for a person
 */
export async function askOrLook<T>({ url, config: file }: PluginFlags, ask: (url: string) => Promise<T>, look: (labelled: readonly PodAnswer[]) => T): Promise<T> {
  if (url !== undefined) return ask(url).catch((error: unknown) => explain(error, url));
  const config = loadConfig({ file, env: process.env });
  if (config.listen.kind === 'tcp' && config.listen.tls !== undefined) return lookAt(config, 'The plugin listens over TLS, where it tells nobody of its pods', look);
  const plugin = toPluginUrl(config.listen);
  try {
    return await ask(plugin);
  } catch (error) {
    if (!gaveNoAnswer(error)) return explain(error, plugin);
    return lookAt(config, explainFailure(error, plugin), look);
  }
}

function explain(error: unknown, url: string): never {
  throw new Error(explainFailure(error, url), { cause: error });
}

/** @param reason why the plugin was not asked */
async function lookAt<T>(config: Config, reason: string, look: (labelled: readonly PodAnswer[]) => T): Promise<T> {
  const { node, pods } = await readLabels(config).catch((error: unknown) => {
    throw new Error(`${reason}. Nor can the Docker Engine be asked what it has: ${messageOf(error)}`, { cause: error });
  });
  process.stderr.write(`interlink-docker: ${printableLines(reason)}.\nThis is what the labels of the engine's containers tell of the node ${node} instead: what its pods wait for, their probes and their events are not known.\n`);
  return look(pods);
}

async function readLabels(config: Config): Promise<{ readonly node: string; readonly pods: readonly PodAnswer[] }> {
  const engine = connectEngine(config.docker);
  const node = config.NodeName ?? (await engine.info()).name;
  return { node, pods: await labelledPods(engine, node) };
}
