const SHORT_FORMS: Readonly<Record<string, string>> = {
  '\x07': String.raw`\a`, '\b': String.raw`\b`, '\f': String.raw`\f`, '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t`, '\v': String.raw`\v`, '"': String.raw`\"`, '\\': String.raw`\\`,
};

/** What Go counts as printable: letters, marks, numbers, punctuation, symbols, and of the spaces the plain one. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

/** Text in quotes as Go's `%q` writes it, which is how the kubelet writes labels and annotations. */
export function toGoString(text: string): string {
  const characters = [...text].map((character) => SHORT_FORMS[character] ?? (PRINTABLE.test(character) ? character : toEscape(character)));
  return `"${characters.join('')}"`;
}

function toEscape(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  const hex = codePoint.toString(16);
  if (codePoint < 0x80) return `\\x${hex.padStart(2, '0')}`;
  return codePoint < 0x1_0000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
