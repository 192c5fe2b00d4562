import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** Commands that npm would link. */
const BINS = { 'interlink-docker': 'interlink-docker/dist/main.js', tsc: 'typescript/bin/tsc' };

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * A folder of an author's own, outside the checkout, with the package in it as `npm pack` makes it: unpacked, not linked, so that only
 * what is published is there. Its dependencies are those of the checkout, which `npm ci` brought. Needs `npm run build`.
 */
export class InstalledPackage {
  private constructor(readonly directory: string) {}

  /** @param beside more packages of the checkout that the folder has, such as typescript */
  static make(beside: readonly string[] = []): InstalledPackage {
    const directory = mkdtempSync(join(tmpdir(), 'author-'));
    const home = join(directory, 'node_modules/interlink-docker');
    mkdirSync(home, { recursive: true });
    const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', directory], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
    execFileSync('tar', ['-xzf', join(directory, filename), '-C', home, '--strip-components=1']);
    const { dependencies = {} } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Manifest;
    for (const name of [...Object.keys(dependencies), ...beside]) {
      mkdirSync(dirname(join(directory, 'node_modules', name)), { recursive: true });
      symlinkSync(resolve('node_modules', name), join(directory, 'node_modules', name));
    }
    mkdirSync(join(directory, 'node_modules/.bin'));
    for (const [name, file] of Object.entries(BINS)) symlinkSync(join('..', file), join(directory, 'node_modules/.bin', name));
    chmodSync(join(home, 'dist/main.js'), 0o755);
    return new InstalledPackage(directory);
  }

  write(name: string, text: string): string {
    const path = join(this.directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
