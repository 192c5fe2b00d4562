/** The committed binary is what the committed source builds to. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { TOOL_SOURCE_SHA256 } from '../../../../src/docker/sandbox/tool/tool.generated.js';

const root = path.resolve(__dirname, '../../../..');
const room = path.join(root, 'src/docker/sandbox/tool');

/** Why the build cannot be repeated here; `undefined` when it can. */
function reasonToSkip(): string | undefined {
  const generated = readFileSync(path.join(room, 'tool.generated.ts'), 'utf8');
  for (const machine of ['x86_64', 'aarch64']) {
    const compiler = [`${machine}-linux-gnu-gcc`, 'gcc'].find((name) =>
      spawnSync(name, ['-dumpmachine'], { encoding: 'utf8' }).stdout?.startsWith(machine));
    if (compiler === undefined) return `no C compiler for ${machine}`;
    const version = spawnSync(compiler, ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0]?.replace(/^\S+ /, '') ?? '';
    if (!generated.includes(`: gcc ${version}, `)) return `the binary was not built by gcc ${version}, which gives other bytes`;
  }
  return undefined;
}

const reason = reasonToSkip();
if (reason !== undefined) console.warn(`sandbox tool not rebuilt: ${reason}`);

test('the binary was built from this tool.c', () => {
  const digest = createHash('sha256').update(readFileSync(path.join(room, 'tool.c'))).digest('hex');
  expect(TOOL_SOURCE_SHA256).toBe(digest);
});

(reason === undefined ? test : test.skip)('building again gives the same bytes', () => {
  const check = spawnSync(path.join(root, 'scripts/build-tool.sh'), ['--check'], { encoding: 'utf8' });
  expect({ code: check.status, stderr: check.stderr }).toEqual({ code: 0, stderr: '' });
});
