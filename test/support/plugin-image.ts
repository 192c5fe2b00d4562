import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';

/** Who all its files belong to, as in the Dockerfile's image. */
const OWNER = '1000';
const CHANGES = ['WORKDIR /app', `USER ${OWNER}`, 'ENV PATH=/usr/local/bin', 'ENTRYPOINT ["node","dist/main.js"]', 'CMD ["serve"]'];

/**
 * An image that holds what the Dockerfile's does, made of the Node, the build and the packages of this machine: no registry is asked.
 * The engine is the one that the docker command uses. `npm run build` comes before it.
 */
export class PluginImage {
  private constructor(readonly name: string) {}

  static make(name: string): PluginImage {
    const root = mkdtempSync(join(tmpdir(), 'plugin-image-'));
    try {
      const take = (from: string, to = from): void => cpSync(from, join(root, to), { recursive: true, dereference: true });
      take(process.execPath, '/usr/local/bin/node');
      for (const library of librariesOf(process.execPath)) take(library);
      for (const directory of ['dist', 'package.json', ...productionPackages()]) take(resolve(directory), join('/app', directory));
      for (const directory of ['run/interlink', 'var/lib/interlink-docker', 'tmp']) mkdirSync(join(root, directory), { recursive: true });
      const tar = execFileSync('tar', ['-C', root, `--owner=${OWNER}`, `--group=${OWNER}`, '-c', '.'], { maxBuffer: 2 ** 30 });
      const { status, stderr } = spawnSync('docker', ['import', ...CHANGES.flatMap((change) => ['-c', change]), '-', name], { input: tar, encoding: 'utf8' });
      if (status !== 0) throw new Error(`docker import: ${stderr}`);
    } finally {
      rmSync(root, { recursive: true });
    }
    return new PluginImage(name);
  }

  remove(): void {
    execFileSync('docker', ['rmi', '-f', this.name], { stdio: 'pipe' });
  }
}

/** The loader among them. */
function librariesOf(program: string): readonly string[] {
  return [...execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].flatMap(([, path]) => path ?? []);
}

/** Directories of the packages that the plugin needs to run, without those nested in another. */
function productionPackages(): readonly string[] {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, { dev?: boolean; optional?: boolean }> };
  const wanted = Object.entries(lock.packages).filter(([path, { dev, optional }]) => path !== '' && dev !== true && optional !== true).map(([path]) => relative('.', path));
  return wanted.filter((path) => !wanted.some((other) => path !== other && dirname(path).startsWith(`${other}/`)));
}
