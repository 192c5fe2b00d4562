/** One thing that a container of the kit does. */
export type Step =
  /** A line on standard output. */
  | { readonly print: string }
  /** A line on standard error. */
  | { readonly printError: string }
  /** The value of a variable, as a line. */
  | { readonly printEnv: string }
  | { readonly sleepSeconds: number }
  /** The end, with this code. Without it: 0 after the last step. */
  | { readonly exit: number };

/** What a container of the kit does, step by step. */
export type Program = readonly Step[];

/** A program as a line for any POSIX shell: what the kit's containers run, unless it is told otherwise. */
export function toShell(program: Program): string {
  return program.map(toCommand).join('; ');
}

function toCommand(step: Step): string {
  if ('print' in step) return `printf '%s\\n' ${quoted(step.print)}`;
  if ('printError' in step) return `printf '%s\\n' ${quoted(step.printError)} >&2`;
  if ('printEnv' in step) return `printf '%s\\n' "$${step.printEnv}"`;
  return 'exit' in step ? `exit ${step.exit}` : `sleep ${step.sleepSeconds}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
