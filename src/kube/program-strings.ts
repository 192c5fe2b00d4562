/** The kernel's limit for one string of a program's arguments and environment; a longer one fails without saying why. */
export const LONGEST_STRING = 131_071;
/** All of them together, a little below the kernel's limit on common systems: beyond it a program dies with "argument list too long". */
export const LONGEST_STRINGS = 2_000_000;

/** What to say of more than that. */
export const TOO_MANY = `its words and variables are longer than ${LONGEST_STRINGS} bytes together, the most that a program can be given`;

/** Why a program cannot be given a string as argument or variable; `undefined`: it can. */
export function whyUnfit(text: string): string | undefined {
  if (text.includes('\0')) return 'it contains a NUL byte';
  return Buffer.byteLength(text) > LONGEST_STRING ? `it is longer than ${LONGEST_STRING} bytes, the most that a program can be given` : undefined;
}

/** The same for all of a program's strings together. */
export function whyTooMany(texts: readonly string[]): string | undefined {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
  return bytes > LONGEST_STRINGS ? TOO_MANY : undefined;
}
