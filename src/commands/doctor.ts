import { Command } from 'commander';
import { diagnose } from './doctor/diagnose.js';
import { toText } from './doctor/finding.js';

/** `interlink-docker doctor`: what the plugin stands on, and what to do about it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check what the plugin stands on: configuration, engine, networks, permissions, address, clocks')
    .option('--config <file>', 'configuration file of the plugin, as for serve')
    .option('--json', 'as JSON', false)
    .addHelpText('after', '\nA line each: ok, warn (the plugin runs, with less than it could have) or fail, and behind -> what to do. Exit code 1 when anything fails.')
    .action(async ({ config, json }: { readonly config?: string; readonly json: boolean }) => {
      const findings = await diagnose(config, process.env);
      process.stdout.write(json ? `${JSON.stringify(findings, undefined, 2)}\n` : toText(findings));
      if (findings.some(({ level }) => level === 'fail')) process.exitCode = 1;
    });
}
