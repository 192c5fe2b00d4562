import { Command } from 'commander';
import { systemClock } from '../clock.js';
import { askNode, explainFailure, isForbidden, neverArrived, printableLines } from '../cli/index.js';
import { type Config, loadConfig } from '../config/index.js';
import { Cordon, isNodeHeld } from '../docker/index.js';
import { connectEngine } from '../engine/index.js';
import { silentLogger } from '../log.js';
import { type PluginFlags, toPluginUrl } from './plugin-url.js';

const ADVICE = 'give --config, or NODENAME';

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
    .addHelpText('after', '\nThe configured plugin is asked; where none listens, or it takes no orders at its address (TLS, or one that others reach), the mark is set on\nthe engine: a plugin that runs finds it within a minute, or else the next one does.')
    .action((flags: PluginFlags) => run(order, flags));
}

async function run(order: Order, { url, config: file }: PluginFlags): Promise<void> {
  if (url !== undefined) {
    // An address says nothing of a node or its engine.
    return ask(order, url).catch((error: unknown) => fail(`${explainFailure(error, url)}${neverArrived(error) ? `. No mark is set on an engine for --url: ${ADVICE}` : ''}`, error));
  }
  const config = loadConfig({ file, env: process.env });
  if (config.listen.kind === 'tcp' && config.listen.tls !== undefined) return markOnEngine(order, config, 'The plugin listens over TLS, where it takes no orders');
  const plugin = toPluginUrl(config.listen);
  try {
    await ask(order, plugin);
  } catch (error) {
    const why = explainFailure(error, plugin);
    if (!neverArrived(error) && !isForbidden(error)) fail(why, error);
    await markOnEngine(order, config, why);
  }
}

async function ask(order: Order, url: string): Promise<void> {
  const { node } = await askNode(url, order);
  process.stdout.write(`${sentence(order, node)}\n`);
}

/** Without a plugin: one that runs finds a new mark, but would make a removed one again. @param why no plugin was told */
async function markOnEngine(order: Order, config: Config, why: string): Promise<void> {
  const { NodeName: node } = config;
  // The engine's own name is a guess: the configuration of the plugin may have another.
  if (node === undefined) throw new Error(`${why}. No mark is set on the engine, as nothing says which node is meant: ${ADVICE}`);
  process.stderr.write(`interlink-docker: ${printableLines(why)}\n`);
  const engine = connectEngine(config.docker);
  const isHeld = await isNodeHeld(node, engine);
  if (order === 'uncordon' && isHeld) {
    throw new Error(`a plugin holds the node name ${node}, here or elsewhere, and makes a mark again that it knows: give its unix socket or loopback address with --url; where it has none, stop it first; should it be gone for good, start one and ask that`);
  }
  await new Cordon({ engine, node, clock: systemClock, logger: silentLogger }).set(order === 'cordon');
  process.stdout.write(`${sentence(order, node)}; the mark on the engine was set without a plugin, and counts from the next one on\n`);
  if (isHeld) process.stderr.write('interlink-docker: a plugin that runs finds the mark within a minute\n');
}

function fail(why: string, cause: unknown): never {
  throw new Error(why, { cause });
}

function sentence(order: Order, node: string): string {
  return order === 'cordon' ? `node ${node} is cordoned` : `node ${node} takes pods again`;
}
