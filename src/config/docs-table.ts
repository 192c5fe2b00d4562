import { KNOWN_KEYS } from './keys.js';

/** The settings as a Markdown table, for the README. */
export function docsTable(): string {
  const rows = KNOWN_KEYS.map(({ name, variable, fallback, about, allowed }) =>
    toRow([`\`${name}\``, `\`${variable}\``, fallback === undefined ? '–' : `\`${fallback}\``, `${about} Give ${allowed}.`]),
  );
  return [toRow(['Key', 'Environment', 'Default', 'Meaning']), toRow(['---', '---', '---', '---']), ...rows, ''].join('\n');
}

function toRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
