import { Command } from 'commander';
import { systemClock } from '../clock.js';
import { askNode, explainFailure, neverArrived } from '../cli/index.js';
import { loadConfig } from '../config/index.js';
import { Cordon, isNodeHeld } from '../docker/index.js';
import { connectEngine, type Engine } from '../engine/index.js';
import { silentLogger } from '../log.js';
import { configuredPluginUrl, type PluginFlags } from './plugin-url.js';

type Order = 'cordon' | 'uncordon';

/** `interlink-docker cordon`: the cluster is told that the node has room for no pod. */
export function cordonCommand(): Command {
  return orderCommand('cordon').description('have the node take no new pods; those that it has run on');
}

/** `interlink-docker uncordon`: the node takes pods again. */
export function uncordonCommand(): Command {
  return orderCommand('uncordon').description('have the node take pods again');
}

function orderCommand(order: Order): Command {
  return new Command(order)
    .option('--config <file>', 'configuration file of the plugin, as for serve: where it listens, and its engine')
    .option('--url <url>', 'the plugin, where it is not the configured one: http://host:port or unix:///path/of/a.sock')
    .addHelpText('after', '\nThe running plugin is asked; where none listens, the mark is set on the engine, for the next one to find.')
    .action((flags: PluginFlags) => run(order, flags));
}

async function run(order: Order, flags: PluginFlags): Promise<void> {
  const url = flags.url ?? configuredPluginUrl(flags.config);
  try {
    const { node } = await askNode(url, order);
    process.stdout.write(`${sentence(order, node)}\n`);
  } catch (error) {
    const why = explainFailure(error, url);
    if (!neverArrived(error)) throw new Error(why, { cause: error });
    process.stderr.write(`interlink-docker: ${why}\n`);
    await markOnEngine(order, flags);
  }
}

/** Without a plugin: the next one finds the mark. One that runs elsewhere finds a new mark too, but would make a removed one again. */
async function markOnEngine(order: Order, { config: file }: PluginFlags): Promise<void> {
  const config = loadConfig({ file, env: process.env });
  const engine = connectEngine(config.docker);
  const node = config.NodeName ?? (await nameOf(engine));
  if (order === 'uncordon' && (await isNodeHeld(node, engine))) {
    throw new Error(`a plugin holds the node name ${node}, here or elsewhere: give its address with --url; should it be gone for good, start one and ask that`);
  }
  await new Cordon({ engine, node, clock: systemClock, logger: silentLogger }).set(order === 'cordon');
  process.stdout.write(`${sentence(order, node)}; the mark on the engine was set without a plugin, and counts from the next one on\n`);
}

async function nameOf(engine: Engine): Promise<string> {
  return (await engine.info()).name;
}

function sentence(order: Order, node: string): string {
  return order === 'cordon' ? `node ${node} is cordoned` : `node ${node} takes pods again`;
}
