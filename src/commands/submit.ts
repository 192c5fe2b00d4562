import { Command, Option } from 'commander';
import { EXIT_CODE_NO_RUN, explainFailure, submit, toOverrideMap } from '../cli/index.js';
import type { PullPolicy } from '../cli/index.js';
import { configuredPluginUrl } from './plugin-url.js';
import { readPodText } from './pod-text.js';

interface SubmitFlags {
  readonly file: string;
  readonly url?: string;
  readonly follow: boolean;
  readonly keep: boolean;
  readonly arg: readonly string[];
  readonly image: readonly string[];
  readonly imagePullPolicy?: PullPolicy;
}

/** Ctrl-C and a polite kill, with the exit codes that shells give them. */
const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

class Interrupted extends Error {
  constructor(readonly exitCode: number) {
    super('interrupted');
  }
}

/** `interlink-docker submit`: runs the pod of a file on a plugin, as a cluster would. */
export function submitCommand(): Command {
  const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  return new Command('submit')
    .description('run the pod of a YAML file on a plugin, as interLink would, and exit with its exit code')
    .requiredOption('-f, --file <file>', 'one Pod, and the ConfigMaps and Secrets it uses; "-" reads standard input')
    .option('--url <url>', 'the plugin, where it is not the configured one: http://host:port or unix:///path/of/a.sock')
    .option('--follow', 'show logs as they are written, not at the end', false)
    .option('--keep', 'do not delete the pod at the end, nor on Ctrl-C', false)
    .option('--arg <container=text>', "replace a container's last argument", collect, [])
    .option('--image <container=image>', "replace a container's image", collect, [])
    .addOption(new Option('--image-pull-policy <policy>', 'for every container').choices(['Always', 'IfNotPresent', 'Never']))
    .addHelpText('after', `\nStates go to standard error, logs to standard output. Exit code ${EXIT_CODE_NO_RUN}: the pod could not be run.`)
    .action(runSubmit);
}

async function runSubmit(flags: SubmitFlags): Promise<void> {
  const interruption = watchSignals();
  let url = flags.url ?? 'the plugin';
  try {
    url = flags.url ?? configuredPluginUrl(undefined);
    const overrides = {
      lastArgs: toOverrideMap('--arg', flags.arg),
      images: toOverrideMap('--image', flags.image),
      imagePullPolicy: flags.imagePullPolicy,
    };
    const { follow, keep, file } = flags;
    const yaml = await readPodText(file);
    const output = { stdout: process.stdout, stderr: process.stderr, signal: interruption.signal };
    process.exitCode = await submit({ yaml, url, follow, keep, overrides }, output);
  } catch (error) {
    process.exitCode = error instanceof Interrupted ? error.exitCode : EXIT_CODE_NO_RUN;
    process.stderr.write(`interlink-docker: ${explainFailure(error, url)}\n`);
  } finally {
    interruption.release();
  }
}

/** The first signal ends the run in good order; a second one leaves at once. */
function watchSignals(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    const exitCode = SIGNAL_EXIT_CODES[name as keyof typeof SIGNAL_EXIT_CODES];
    if (controller.signal.aborted) {
      process.stderr.write('interlink-docker: left without waiting; the pod may still be there\n');
      process.exit(exitCode);
    }
    controller.abort(new Interrupted(exitCode));
  };
  const names = Object.keys(SIGNAL_EXIT_CODES) as (keyof typeof SIGNAL_EXIT_CODES)[];
  for (const name of names) process.on(name, onSignal);
  return { signal: controller.signal, release: () => names.forEach((name) => process.off(name, onSignal)) };
}
