import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** What `npm publish` would send. */
export interface NpmPackage {
  /** Absolute path. */
  readonly tarball: string;
  /** Paths in it. */
  readonly files: readonly string[];
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  readonly manifest: Manifest;
}

/** Of a package.json, what is looked at here. */
export interface Manifest {
  readonly version: string;
  readonly type?: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types?: string; readonly default?: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

interface PackAnswer {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

/** `npm pack` into a directory, of what `npm run build` has made: its scripts stay off, or a build would come under the plugins that run. */
export function packPackage(into: string): NpmPackage {
  const words = ['pack', '--ignore-scripts', '--json', '--pack-destination', into];
  const [answer] = JSON.parse(execFileSync('npm', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })) as PackAnswer[];
  if (answer === undefined) throw new Error('npm pack made nothing');
  const tarball = join(into, answer.filename);
  return {
    tarball,
    files: answer.files.map(({ path }) => path),
    packedBytes: answer.size,
    unpackedBytes: answer.unpackedSize,
    manifest: JSON.parse(execFileSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' })) as Manifest,
  };
}

/** `npm install` of a tarball in an empty folder, with its dependencies from the registry (or npm's cache). @throws with what npm said */
export async function installPackage(tarball: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private": true, "type": "module"}\n');
  const npm = spawn('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', tarball], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const said = text(npm.stderr);
  const [code] = (await once(npm, 'close')) as [number | null];
  if (code !== 0) throw new Error(`npm install ${tarball}: ${code}\n${await said}`);
}
