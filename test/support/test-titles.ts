import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** Titles of the tests below a directory, and of what gathers them, as written: of a table of tests the pattern. */
export function testTitles(directory: string): string[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  return files.flatMap((file) => titlesIn(readFileSync(join(directory, file), 'utf8')));
}

/** Acceptance rows that a title begins with: `P6: …`, `P6 P7: …`. */
export function rowsOf(title: string): string[] {
  return /^(P\d+(?: P\d+)*): /.exec(title)?.[1]?.split(' ') ?? [];
}

function titlesIn(text: string): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTest(node.expression)) {
      const [title] = node.arguments;
      if (title && ts.isStringLiteralLike(title)) titles.push(title.text);
      if (title && ts.isTemplateExpression(title)) titles.push(title.head.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('', text, ts.ScriptTarget.Latest));
  return titles;
}

/** `test`, `test.skip`, `test.each(…)`, and what gathers them: `describe`, `describeWithEngine`. */
function isTest(callee: ts.Expression): boolean {
  if (ts.isIdentifier(callee)) return /^(test|describe)/.test(callee.text);
  return (ts.isPropertyAccessExpression(callee) || ts.isCallExpression(callee)) && isTest(callee.expression);
}
