import { Command } from 'commander';
import { askForListener, askHealth, explainFailure } from '../cli/index.js';
import { type ListenAddress, loadConfig } from '../config/index.js';
import { toPluginUrl } from './plugin-url.js';

/** `interlink-docker health`: for the health check of an image, which has no curl. */
export function healthCommand(): Command {
  return new Command('health')
    .description('exit with 0 when the plugin of this configuration serves; over TLS, when it accepts connections')
    .option('--config <file>', 'configuration file of the plugin, as for serve: where it listens')
    .action(async ({ config }: { config?: string }) => checkHealth(loadConfig({ file: config, env: process.env }).listen));
}

/** @throws Error in words for a person where nobody serves */
export async function checkHealth(listen: ListenAddress): Promise<void> {
  if (listen.kind === 'tcp' && listen.tls !== undefined) return askForListener(listen.host, listen.port);
  const url = toPluginUrl(listen);
  await askHealth(url).catch((error: unknown) => {
    throw new Error(explainFailure(error, url), { cause: error });
  });
}
