/** What moves a terminal's cursor, colours it, or has it show something else than what is written: control and format characters. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
/** The same of what JSON leaves as it is. */
const UNSEEN_IN_JSON = /[\u007f-\u009f\p{Cf}\u2028\u2029]/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Words of a pod's author, or of a program of his, for a terminal: on one line, and with nothing in them that it would obey. */
export function printable(text: string): string {
  return text.replace(UNSEEN, (character) => SHORT[character] ?? escaped(character));
}

/** The same of a text that may have several lines. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** A value as JSON that can be looked at on a terminal, and read by any parser. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2).replace(UNSEEN_IN_JSON, inJson)}\n`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** By UTF-16 units, as JSON has it. */
function inJson(character: string): string {
  return character.split('').map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
}
