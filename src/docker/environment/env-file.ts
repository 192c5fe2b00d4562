/** A file of variables is not as it should be; the message names the line. */
export class EnvFileError extends Error {
  override readonly name = 'EnvFileError';
}

const NAME = /^[ \t]*([ -<>-~]*?)=/;

/**
 * The variables of a file: `NAME='value'`, a value may go over lines and is taken as it is. Empty lines count for nothing, nor do
 * comments: lines that begin with `#`, and what comes behind a value. Of a name given twice the last counts.
 * @throws EnvFileError
 * @see Kubernetes, KEP-3721: the standard of its env files
 */
export function parseEnvFile(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const lineEnd = endOfLine(text, at);
    const first = text.slice(at, lineEnd).trim();
    if (first === '' || first.startsWith('#')) {
      at = lineEnd + 1;
      line++;
      continue;
    }
    const [assignment, name = ''] = NAME.exec(text.slice(at, lineEnd)) ?? [];
    if (assignment === undefined || name === '' || text[at + assignment.length] !== "'") throw new EnvFileError(`line ${line} is not of the form NAME='value'`);
    const begin = at + assignment.length + 1;
    const end = text.indexOf("'", begin);
    if (end < 0) throw new EnvFileError(`the value that begins in line ${line} has no end`);
    const value = text.slice(begin, end);
    const rest = text.slice(end + 1, endOfLine(text, end)).trim();
    line += value.split('\n').length - 1;
    if (rest !== '' && !rest.startsWith('#')) throw new EnvFileError(`in line ${line} something comes behind the value`);
    values.set(name, value);
    at = endOfLine(text, end) + 1;
    line++;
  }
  return values;
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}
