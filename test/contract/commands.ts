import type { ContainerConfig } from '../../src/engine/index.js';
import { type Program, WELL_BEHAVED } from '../fakes/program.js';

/** What the suite runs: a command of busybox, and the same for the fake. */
interface Command {
  readonly Cmd: readonly string[];
  readonly toProgram: (files: ReadonlyMap<string, string>) => Program;
}

/** Written into containers and read by `CAT`. */
export const FILE = '/data/hello';

/** Runs until it is killed: process 1 hears no SIGTERM that it has no handler for. */
export const SLEEP: Command = { Cmd: ['sleep', '300'], toProgram: () => ({}) };
export const EXIT_3: Command = { Cmd: ['sh', '-c', 'exit 3'], toProgram: () => ({ exits: 3 }) };
/** Says `ready` when it can be stopped; ends with 7. */
export const TRAP: Command = {
  Cmd: ['sh', '-c', 'trap "exit 7" TERM; echo ready; while :; do sleep 0.1; done'],
  toProgram: () => ({ output: [{ stream: 'stdout', text: 'ready\n' }], onSignal: { SIGTERM: 7 } }),
};
export const SPEAK: Command = {
  Cmd: ['sh', '-c', 'echo one; echo two >&2; echo three'],
  toProgram: () => ({
    output: [
      { stream: 'stdout', text: 'one\n' },
      { stream: 'stderr', text: 'two\n' },
      { stream: 'stdout', text: 'three\n' },
    ],
    exits: 0,
  }),
};
export const CAT: Command = {
  Cmd: ['cat', FILE],
  toProgram: (files) => ({ output: [{ stream: 'stdout', text: files.get(FILE) ?? '' }], exits: files.has(FILE) ? 0 : 1 }),
};
export const NOTHING: Command = {
  Cmd: ['/no/such/program'],
  toProgram: () => ({ failsToStart: { exitCode: 127, message: 'exec: "/no/such/program": no such file or directory' } }),
};

export const WRITTEN_BYTES = 200_000;
/** Writes to `/v`, where a volume is, and beside it. */
export const WRITE: Command = {
  Cmd: ['sh', '-c', `i=0; while [ $i -lt 2000 ]; do echo "${'x'.repeat(99)}"; i=$((i+1)); done > /v/f; cat /v/f > /data/f`],
  toProgram: () => ({ writes: { '/v/f': WRITTEN_BYTES, '/data/f': WRITTEN_BYTES }, exits: 0 }),
};

const COMMANDS = [SLEEP, WRITE, EXIT_3, TRAP, SPEAK, CAT, NOTHING];

/** For the fake. */
export function toProgram({ Cmd }: ContainerConfig, files: ReadonlyMap<string, string>): Program {
  return COMMANDS.find((command) => command.Cmd.join() === Cmd?.join())?.toProgram(files) ?? WELL_BEHAVED;
}
