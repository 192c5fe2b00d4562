import { LONGEST_STRING, LONGEST_STRINGS } from './program-strings.js';

/** Values by name; no more of a map is needed. */
export type Values = Pick<ReadonlyMap<string, string>, 'get'>;

/**
 * `$(NAME)` replaced by its value, `$$` by one `$` (so that `$$(NAME)` comes out as `$(NAME)`); an unknown name stays as written.
 * Values are not looked at again. What becomes longer than a program can be given is broken off right after that: it is for
 * nobody, and a pod could have its node make terabytes of one variable.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
 */
export function expandVariables(text: string, env: Values): string {
  const lastBracket = text.lastIndexOf(')');
  let expanded = '';
  let at = 0;
  for (let dollar = text.indexOf('$'); dollar >= 0; dollar = text.indexOf('$', at)) {
    if (expanded.length > LONGEST_STRING) return expanded;
    const { piece, end } = pieceAt(text, dollar, lastBracket, env);
    expanded += text.slice(at, dollar) + piece;
    at = end;
  }
  return expanded + text.slice(at);
}

/** The same for a program's words; those beyond what a program can be given together stay as written. */
export function expandWords(words: readonly string[], env: Values): string[] {
  let length = 0;
  return words.map((word) => {
    const expanded = length > LONGEST_STRINGS ? word : expandVariables(word, env);
    length += expanded.length;
    return expanded;
  });
}

/** What stands in the place of the sign at `dollar`, and where the text goes on. */
function pieceAt(text: string, dollar: number, lastBracket: number, env: Values): { readonly piece: string; readonly end: number } {
  const next = text[dollar + 1];
  if (next === '$') return { piece: '$', end: dollar + 2 };
  // An opening without its bracket is no reference; looking for one each time would take forever in a text full of them.
  if (next !== '(' || dollar > lastBracket) return { piece: '$', end: dollar + 1 };
  const end = text.indexOf(')', dollar) + 1;
  return { piece: env.get(text.slice(dollar + 2, end - 1)) ?? text.slice(dollar, end), end };
}
