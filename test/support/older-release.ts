import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { packPackage } from './npm-package.js';

/** An installation of the plugin in a folder of its own. */
export interface Installation {
  /** What it is of: a tag, a commit, a tarball. */
  readonly of: string;
  /** Its main.js. */
  readonly main: string;
  remove(): void;
}

/** So many commits back is where an upgrade starts while no release is tagged. */
const COMMITS_BACK = 150;
const BUILT_FROM = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'src'];

/** What the package of this checkout is once it is installed, without its way over a registry. */
export function installPacked(): Installation {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  return unpack(packPackage(folder).tarball, folder);
}

/**
 * The release to upgrade from: UPGRADE_FROM (a tarball, or what git knows), the oldest tag, or a commit well back. A reason in words where this
 * checkout has none.
 */
export function findOlderRelease(): { readonly ref: string } | { readonly why: string } {
  const named = process.env['UPGRADE_FROM'];
  if (named !== undefined && named !== '') return { ref: named };
  const tags = git('tag', '--list', 'v*', '--sort=creatordate');
  if (tags === undefined) return { why: 'this is no checkout of git, and UPGRADE_FROM names no release' };
  const [oldest = ''] = tags.split('\n');
  if (oldest !== '') return { ref: oldest };
  const history = (git('rev-list', '--first-parent', `--max-count=${COMMITS_BACK}`, 'HEAD') ?? '').split('\n').filter((line) => line !== '');
  const last = history.at(-1);
  return last === undefined || history.length < 2 ? { why: 'git has nothing older than this commit, and UPGRADE_FROM names no release' } : { ref: last };
}

/** Builds it of its own sources, with the packages that are here. @throws Error with what the compiler said */
export function installOlder(ref: string): Installation {
  const folder = mkdtempSync(join(tmpdir(), 'older-'));
  if (existsSync(ref)) return unpack(resolve(ref), folder);
  const sources = execFileSync('git', ['archive', ref, ...BUILT_FROM], { maxBuffer: 256 * 1024 * 1024 });
  execFileSync('tar', ['-x', '-C', folder], { input: sources });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  // Whether its types agree with the packages of today is not asked.
  const words = [resolve('node_modules/typescript/bin/tsc'), '-p', join(folder, 'tsconfig.build.json'), '--noCheck', '--declaration', 'false'];
  const { stdout } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  return installation(ref, folder, join(folder, 'dist', 'main.js'), stdout);
}

function unpack(tarball: string, folder: string): Installation {
  execFileSync('tar', ['-xzf', tarball, '-C', folder]);
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return installation(tarball, folder, join(folder, 'package', 'dist', 'main.js'));
}

function installation(of: string, folder: string, main: string, said = ''): Installation {
  if (!existsSync(main)) throw new Error(`${of} has no ${main}\n${said}`);
  return { of, main, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What git says, without its last line end; `undefined` where it does not work here. */
function git(...words: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', words, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
