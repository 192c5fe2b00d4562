import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { printable } from '../cli/index.js';
import { type Config, loadConfig } from '../config/index.js';
import { isNodeHeld, lookForPurge, type NodeObject, purgeNode, type PurgePlan } from '../docker/index.js';
import { connectEngine } from '../engine/index.js';

interface PurgeFlags {
  readonly node: string;
  readonly config?: string;
  readonly yes: boolean;
  readonly force: boolean;
  readonly claims: boolean;
}

/** `interlink-docker purge`: nothing of a node is left on the engine. */
export function purgeCommand(): Command {
  return new Command('purge')
    .description('remove everything of a node from the engine: its pods, running or not, their volumes, networks, and marks')
    .requiredOption('--node <name>', 'the node name; that of a configuration is not enough')
    .option('--config <file>', 'configuration file of the plugin, as for serve: which engine')
    .option('--yes', 'do not ask', false)
    .option('--claims', 'the data of persistent volume claims as well', false)
    .option('--force', 'even if a plugin may be running for the node: its name is taken from it', false)
    .action(runPurge);
}

async function runPurge({ node, config: file, yes, force, claims: withClaims }: PurgeFlags): Promise<void> {
  const config = loadConfig({ file, env: process.env });
  const engine = connectEngine(config.docker);
  const plan = await lookForPurge(engine, { node, withClaims });
  tell(node, plan, config);
  if (plan.remove.length === 0) return;
  if (!force && (await isNodeHeld(node, engine))) {
    throw new Error(`a plugin holds the node name ${node}, here or elsewhere: stop it first; --force takes the name from it, also where it is gone for good`);
  }
  if (!yes && !(await isConfirmed(node))) throw new Error('nothing was removed');
  const left = await purgeNode(engine, { node, sandboxImage: config.SandboxImage, withClaims }, (object) => say(`removed ${toText(object)}`));
  if (left.length > 0) throw new Error(`what could not be removed is left:\n${left.map((object) => `  ${toText(object)}: ${printable(object.reason)}`).join('\n')}`);
  say(`nothing of node ${node} is left on the engine${plan.keep.length > 0 ? ' but what was kept' : ''}`);
}

function tell(node: string, { remove, keep }: PurgePlan, { DataDir }: Config): void {
  say(remove.length === 0 ? `there is nothing of node ${node} on the engine` : `of node ${node} on the engine, to be removed for good:`);
  for (const object of remove) say(`  ${toText(object)}`);
  for (const object of keep) say(`kept: ${toText(object)}: ${object.why}`);
  say(`not touched: images that were pulled, and ${DataDir}, with the deletions and evictions that a plugin noted there`);
}

async function isConfirmed(node: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error('there is no terminal to ask at: give --yes to have this removed');
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await prompt.question(`Type the name of the node to remove this: `)).trim() === node;
  } finally {
    prompt.close();
  }
}

function toText({ kind, name, isRunning }: NodeObject): string {
  return `${kind} ${printable(name)}${isRunning ? ' (running)' : ''}`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
