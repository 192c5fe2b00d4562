import { readFileSync } from 'node:fs';

/** A block of shell commands in a page of the documentation. */
export interface DocBlock {
  /** Line of its fence, counted from 1. */
  readonly line: number;
  /** As a reader would paste it. */
  readonly commands: string;
  /** What the comment above it says; absent where there is none. */
  readonly mark?: DocMark;
}

/** Which test runs the block, by its path, or why none does. */
export type DocMark = { readonly run: string } | { readonly notRun: string };

const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'shell', 'console']);
const MARK = /^<!-- (run|not run): (.+) -->$/;

/** All blocks of shell commands of a page: fenced ones, and what is indented like one. Pure. */
export function blocksIn(text: string): readonly DocBlock[] {
  const lines = text.split('\n');
  const blocks: DocBlock[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, language] = /^```(.*)$/.exec(lines[at] ?? '') ?? [];
    if (language !== undefined) {
      const end = lines.indexOf('```', at + 1);
      if (end < 0) throw new Error(`the fence of line ${at + 1} is not closed`);
      if (SHELLS.has(language)) blocks.push({ line: at + 1, commands: lines.slice(at + 1, end).join('\n'), ...toMark(lines[at - 1]) });
      at = end;
    } else if (/^ {4}\S/.test(lines[at] ?? '') && (lines[at - 1] ?? '') === '') {
      blocks.push({ line: at + 1, commands: (lines[at] ?? '').trim() });
    }
  }
  return blocks;
}

/** The blocks of a page that `test` is to run, in the order of the page. @throws Error where there is none */
export function docBlocks(page: string, test: string): readonly string[] {
  const mine = blocksIn(readFileSync(page, 'utf8')).filter(({ mark }) => mark !== undefined && 'run' in mark && mark.run === test);
  if (mine.length === 0) throw new Error(`${page} has no block that ${test} runs`);
  return mine.map(({ commands }) => commands);
}

function toMark(line = ''): { mark?: DocMark } {
  const [, kind, text] = MARK.exec(line) ?? [];
  if (kind === undefined || text === undefined) return {};
  return { mark: kind === 'run' ? { run: text } : { notRun: text } };
}
