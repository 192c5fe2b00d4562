import { ContainerProvider, type ContainerStart, type StartedContainer } from '../containers/index.js';
import type { Program, Step } from '../conformance/index.js';
import type { Container } from '../kube/index.js';

const WORD = 'in-memory';
const KILLED_EXIT_CODE = 137;

/** How a container of a `MemoryProvider` is told what to do. */
export function toMemoryCommand(program: Program): Pick<Container, 'command'> {
  return { command: [WORD, JSON.stringify(program)] };
}

/**
 * A whole plugin without a backend: containers are programs (`toMemoryCommand`) that run in the time of its clock, so that a test of what
 * calls a plugin needs no engine, and no real second passes where the clock is a `VirtualClock`. What has another command ends with 127.
 */
export class MemoryProvider extends ContainerProvider {
  protected override startContainer({ container, write }: ContainerStart): StartedContainer {
    const stopping = Promise.withResolvers<void>();
    const env = new Map((container.env ?? []).map(({ name, value = '' }) => [name, value]));
    const ended = this.run(programOf(container), env, write, stopping.promise);
    return { ended, stop: () => stopping.resolve() };
  }

  private async run(program: Program | undefined, env: ReadonlyMap<string, string>, write: (text: string) => void, stopped: Promise<void>): Promise<number> {
    if (program === undefined) return 127;
    for (const step of program) {
      if ('exit' in step) return step.exit;
      if ('sleepSeconds' in step) {
        if ((await Promise.race([this.slept(step.sleepSeconds), stopped.then(() => 'stopped')])) === 'stopped') return KILLED_EXIT_CODE;
      } else write(`${wordsOf(step, env)}\n`);
    }
    return 0;
  }

  private slept(seconds: number): Promise<void> {
    return new Promise((resolve) => void this.clock.at(new Date(this.clock.now().getTime() + seconds * 1000), resolve));
  }
}

function wordsOf(step: Exclude<Step, { exit: number } | { sleepSeconds: number }>, env: ReadonlyMap<string, string>): string {
  if ('print' in step) return step.print;
  return 'printError' in step ? step.printError : (env.get(step.printEnv) ?? '');
}

function programOf({ command = [] }: Container): Program | undefined {
  const [word, program] = command;
  return word === WORD && program !== undefined ? (JSON.parse(program) as Program) : undefined;
}
