import { Command } from 'commander';
import { printableLines } from '../cli/index.js';
import { messageOf } from '../errors.js';
import { checkCommand } from './check.js';
import { conformanceCommand } from './conformance.js';
import { cordonCommand, uncordonCommand } from './cordon.js';
import { doctorCommand } from './doctor.js';
import { drainCommand } from './drain.js';
import { healthCommand } from './health.js';
import { podsCommand } from './pods.js';
import { purgeCommand } from './purge.js';
import { serveCommand } from './serve.js';
import { submitCommand } from './submit.js';
import { whyCommand } from './why.js';

/** The command line. A new subcommand is one more line here. */
export function createProgram(version: string): Command {
  return new Command('interlink-docker')
    .description('an interLink plugin that runs Kubernetes pods on a Docker Engine')
    .version(version)
    .addCommand(serveCommand(version))
    .addCommand(submitCommand())
    .addCommand(conformanceCommand())
    .addCommand(podsCommand())
    .addCommand(whyCommand())
    .addCommand(checkCommand())
    .addCommand(cordonCommand())
    .addCommand(uncordonCommand())
    .addCommand(drainCommand())
    .addCommand(purgeCommand())
    .addCommand(doctorCommand())
    .addCommand(healthCommand());
}

/** Runs the command of `argv` (as in process.argv); an error becomes one line and exit code 1. */
export async function runProgram(argv: readonly string[], version: string): Promise<void> {
  try {
    await createProgram(version).parseAsync(argv);
  } catch (error) {
    process.stderr.write(`interlink-docker: ${printableLines(messageOf(error))}\n`);
    process.exitCode = 1;
  }
}
