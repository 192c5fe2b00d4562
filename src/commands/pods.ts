import { Command } from 'commander';
import { askForPods, askWhatIsMissing, type PodLine, podsTable, printable, toJson } from '../cli/index.js';
import { askOrLook, type PluginFlags, withPluginOptions } from './ask-or-look.js';

interface PodsFlags extends PluginFlags {
  readonly json: boolean;
}

/** `interlink-docker pods`: what the running plugin has. */
export function podsCommand(): Command {
  return withPluginOptions(new Command('pods'))
    .description('show the pods of the running plugin, and what keeps those from going that are to go')
    .option('--json', 'as JSON', false)
    .action(runPods);
}

async function runPods({ json, ...flags }: PodsFlags): Promise<void> {
  const pods = await askOrLook(flags, ask, (labelled) => labelled.map(({ row }) => row));
  process.stdout.write(json ? toJson(pods) : podsTable(pods, new Date()));
}

async function ask(url: string): Promise<readonly PodLine[]> {
  const pods = await askForPods(url);
  for (const line of await askWhatIsMissing(url)) process.stderr.write(`interlink-docker: these pods are as the plugin saw them last: ${printable(line)}\n`);
  return pods;
}
