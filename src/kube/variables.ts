/** `$$` or `$(NAME)`; an opening without its bracket matches neither and stays. */
const REFERENCE = /\$\$|\$\(([^)]*)\)/g;

/**
 * `$(NAME)` replaced by its value, `$$` by one `$` (so that `$$(NAME)` comes out as `$(NAME)`); an unknown name stays as written.
 * Values are not looked at again.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
 */
export function expandVariables(text: string, env: ReadonlyMap<string, string>): string {
  return text.replace(REFERENCE, (reference, name: string | undefined) => (name === undefined ? '$' : (env.get(name) ?? reference)));
}
