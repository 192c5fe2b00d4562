import { Command } from 'commander';
import { askForPods, explainFailure, podsTable } from '../cli/index.js';
import { configuredPluginUrl } from './plugin-url.js';

interface PodsFlags {
  readonly config?: string;
  readonly url?: string;
  readonly json: boolean;
}

/** `interlink-docker pods`: what the running plugin has. */
export function podsCommand(): Command {
  return new Command('pods')
    .description('show the pods of the running plugin, and what keeps those from going that are to go')
    .option('--config <file>', 'configuration file of the plugin, as for serve: where it listens')
    .option('--url <url>', 'the plugin, where it is not the configured one: http://host:port or unix:///path/of/a.sock')
    .option('--json', 'as JSON', false)
    .action(runPods);
}

async function runPods({ config, url, json }: PodsFlags): Promise<void> {
  const plugin = url ?? configuredPluginUrl(config);
  try {
    const pods = await askForPods(plugin);
    process.stdout.write(json ? `${JSON.stringify(pods, undefined, 2)}\n` : podsTable(pods, new Date()));
  } catch (error) {
    throw new Error(explainFailure(error, plugin), { cause: error });
  }
}
