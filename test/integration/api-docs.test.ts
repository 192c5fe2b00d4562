import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

jest.setTimeout(300_000);

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

test('P114: the reference of the doors is made without a warning: every export has a docstring, and names what is there', () => {
  const out = mkdtempSync(join(tmpdir(), 'api-docs-'));
  try {
    const { status, stdout, stderr } = spawnSync('npm', ['run', '-s', 'api-docs', '--', '--out', out], { encoding: 'utf8' });
    expect([status, stdout, stderr.split('\n').filter((line) => /warning|error/.test(line) && !line.startsWith('npm warn'))]).toEqual([0, expect.not.stringMatching(/warning|error/) as string, []]);
    for (const page of ['classes/sdk.ContainerProvider.html', 'functions/sdk.createApp.html', 'functions/testing.runConformance.html']) expect(existsSync(join(out, page))).toBe(true);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});

test('it has all doors', () => {
  const doors = Object.values(manifest.exports).flatMap((target) => (typeof target === 'string' ? [] : [target.types.replace('./dist/', 'src/').replace('.d.ts', '.ts')]));
  const [, listed = ''] = /entryPoints: \[(.*)\]/.exec(readFileSync('typedoc.config.js', 'utf8')) ?? [];
  expect(listed.split(', ').map((entry) => entry.slice(1, -1))).toEqual([...new Set(doors)]);
});
