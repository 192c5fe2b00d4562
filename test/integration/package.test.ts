import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ensureBusybox } from '../support/busybox.js';
import { startCommand } from '../support/command.js';
import { describeWithEngine, purgeNode, skipAloud, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { installPackage, type NpmPackage, packPackage } from '../support/npm-package.js';
import { PluginProcess } from '../support/plugin-process.js';

// A registry, and a first install, take their time.
jest.setTimeout(240_000);

const MEBIBYTE = 1024 * 1024;
/** Of what somebody downloads, and of what then lies on the disk with all dependencies. */
const LIMITS = { packed: MEBIBYTE, installed: 100 * MEBIBYTE };
/** Files that a package may have; a source, a test or a source map is none of them. */
const MEANT_FOR_USERS = /^(package\.json|(README|CHANGELOG|ARCHITECTURE|CONTRIBUTING)\.md|LICENSE|dist\/.+(?<!\.test)\.(js|d\.ts)|api-spec\/[^/]+\.yaml|docs\/[^/]+\.(md|svg|png)|examples\/(?!.*\.test\.).+)$/;

let folder: string;
let pack: NpmPackage;
let installed: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  pack = packPackage(folder);
  await installPackage(pack.tarball, join(folder, 'site'));
  installed = join(folder, 'site', 'node_modules', 'interlink-docker');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what npm pack makes', () => {
  test('holds what users need, and nothing else', () => {
    expect(pack.files.filter((file) => !MEANT_FOR_USERS.test(file))).toEqual([]);
    const { bin, exports } = pack.manifest;
    const doors = Object.values(exports).flatMap((door) => (typeof door === 'string' ? [door] : [door.types, door.default]));
    const wanted = [...Object.values(bin), ...doors, 'LICENSE', 'README.md', 'CHANGELOG.md', 'api-spec/interlink-plugin.yaml', 'examples/interlink-quickstart.yaml'];
    expect(wanted.map((file) => file?.replace(/^\.\//, '')).filter((file) => file === undefined || !pack.files.includes(file))).toEqual([]);
  });

  test('holds nothing of a source that has gone', () => {
    const sources = pack.files.filter((file) => file.startsWith('dist/')).map((file) => file.replace(/^dist\/(.*?)(\.d\.ts|\.js)$/, 'src/$1.ts'));
    expect(sources.filter((source) => !existsSync(source))).toEqual([]);
  });

  test('leads nowhere by a link of its pages', () => {
    const dead = pack.files.filter((file) => file.endsWith('.md')).flatMap((page) => deadLinks(page));
    expect(dead).toEqual([]);
  });

  test('is small', () => {
    const installedBytes = bytesBelow(join(folder, 'site', 'node_modules'));
    process.stderr.write(`PACKAGE ${kilo(pack.packedBytes)} packed, ${kilo(pack.unpackedBytes)} unpacked, ${kilo(installedBytes)} installed with its dependencies\n`);
    expect(pack.packedBytes).toBeLessThan(LIMITS.packed);
    expect(installedBytes).toBeLessThan(LIMITS.installed);
  });

  test('asks for no Node of its own, runs nothing at its install, and takes its dependencies by exact version', () => {
    const { manifest } = pack;
    expect([manifest.type, manifest.optionalDependencies]).toEqual(['module', undefined]);
    expect(Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$/.test(name))).toEqual([]);
    expect(Object.values(manifest.dependencies).filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(readdirSync(join(folder, 'site', 'node_modules')).filter((name) => /^node-linux|^typescript$|^jest$/.test(name))).toEqual([]);
  });

  test('brings the sandbox\'s tool for both architectures', () => {
    const program = `const { SANDBOX_TOOL } = await import(process.argv[1]);
      for (const [name, text] of Object.entries(SANDBOX_TOOL)) { const elf = Buffer.from(text, 'base64'); console.log(name, elf.toString('latin1', 1, 4), elf.readUInt16LE(18)); }`;
    const told = execFileSync(process.execPath, ['--input-type=module', '-e', program, join(installed, 'dist/docker/sandbox/tool/tool.generated.js')], { encoding: 'utf8' });
    // The machines as ELF numbers them.
    expect(told.trim().split('\n').sort()).toEqual(['amd64 ELF 62', 'arm64 ELF 183']);
  });
});

describe('its types', () => {
  test('hold for a program that is checked with all it imports', () => {
    const doors = Object.entries(pack.manifest.exports).filter(([, door]) => typeof door !== 'string').map(([path]) => `interlink-docker${path.slice(1)}`);
    writeFileSync(join(folder, 'site', 'program.ts'), [
      ...doors.map((door, index) => `import * as door${index} from '${door}';`),
      'import { createApp, createLogger, Provider, startServer } from \'interlink-docker\';',
      'declare const mine: Provider;',
      'await startServer({ app: createApp(mine, { log: createLogger(\'info\') }), host: \'127.0.0.1\', port: 0 });',
      `export const all = [${doors.map((_door, index) => `door${index}`).join(', ')}];`,
    ].join('\n'));
    const options = { strict: true, noEmit: true, listFiles: true, target: 'ES2024', lib: ['ES2024'], module: 'NodeNext', skipLibCheck: false, types: ['node'], typeRoots: [resolve('node_modules/@types')] };
    writeFileSync(join(folder, 'site', 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['program.ts'] }));
    const { status, stdout } = spawnSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', join(folder, 'site')], { encoding: 'utf8' });
    expect([status, stdout.split('\n').filter((line) => line.includes('error TS'))]).toEqual([0, []]);
    const typesOf = (name: string): boolean => stdout.includes(`/node_modules/${name}/`);
    const loaded = new Set(pack.files.filter((file) => file.endsWith('.js')).flatMap((file) => packagesIn(readFileSync(join(installed, file), 'utf8'))));
    // Whatever is asked for is used: by what runs, or by what these types say.
    expect(Object.keys(pack.manifest.dependencies).filter((name) => !loaded.has(name) && !typesOf(name))).toEqual([]);
    expect([...loaded].filter((name) => !(name in pack.manifest.dependencies) && name !== 'interlink-docker')).toEqual([]);
  });
});

describe('its command', () => {
  test('tells the version of the package', () => {
    const [name = '', main = ''] = Object.entries(pack.manifest.bin)[0] ?? [];
    expect([name, execFileSync(process.execPath, [join(installed, main), '--version'], { encoding: 'utf8' })]).toEqual(['interlink-docker', `${pack.manifest.version}\n`]);
  });

  const oldNode = findOldNode();
  if (oldNode === undefined) skipAloud('under a Node that is too old', 'this machine has none');
  else {
    test('says which Node it needs under one that is too old, and stops', () => {
      const { status, stdout, stderr } = spawnSync(oldNode, [join(installed, pack.manifest.bin['interlink-docker'] ?? ''), 'serve'], { encoding: 'utf8', timeout: 30_000 });
      expect([status, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^interlink-docker needs Node 22\.19 or newer; this is \d+\.\d+\.\d+\n$/) as string]);
    });
  }
});

describeWithEngine('npx interlink-docker', ({ endpoint, dockerHost }) => {
  const node = uniqueNode('package');
  let plugin: PluginProcess;
  beforeAll(async () => {
    await ensureBusybox(endpoint);
    plugin = await PluginProcess.start({ dockerHost, node, program: ['npx', 'interlink-docker'], cwd: join(folder, 'site'), asGroup: true });
  });
  afterAll(async () => {
    await plugin.remove();
    await purgeNode(node, endpoint);
  });

  test('serves from an empty folder, and runs the example that came along', async () => {
    const example = join(installed, 'examples', 'interlink-quickstart.yaml');
    const run = await startCommand(['submit', '-f', example, '--url', plugin.url, '--follow', '--arg', 'main=sleep 1 && echo FINISHED!', '--image-pull-policy', 'IfNotPresent'], '', {}, join(installed, 'dist/main.js')).end;
    expect(run).toMatchObject({ exitCode: 0, stdout: 'FINISHED!\n' });
    await plugin.stop();
    await eventually(() => plugin.call('GET', '/healthz').then(() => false, () => true));
    expect(plugin.logLines).toContainEqual(expect.objectContaining({ message: 'shutting down; the pods keep running' }));
  });
});

/** Relative links of a packed page that name no packed file. */
function deadLinks(page: string): string[] {
  const targets = [...readFileSync(join(installed, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target]) => target ?? '');
  return targets.filter((target) => !pack.files.some((file) => file === join(page, '..', target) || file.startsWith(`${join(page, '..', target)}/`))).map((target) => `${page}: ${target}`);
}

/** Packages that the text of a module imports. */
function packagesIn(module: string): string[] {
  const named = [...module.matchAll(/^\s*(?:import|export)\s(?:[^'";]*\sfrom\s)?'([^'.][^']*)'/gm)].map(([, name]) => name ?? '');
  return named.filter((name) => !name.startsWith('node:')).map((name) => (name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : (name.split('/')[0] ?? '')));
}

function bytesBelow(directory: string): number {
  return Number(execFileSync('du', ['-sb', directory], { encoding: 'utf8' }).split('\t')[0]);
}

function kilo(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}

/** A Node of this machine that is too old for the plugin. */
function findOldNode(): string | undefined {
  const candidates = [...(process.env['PATH'] ?? '').split(':'), '/usr/bin', '/usr/local/bin'].map((directory) => join(directory, 'node')).filter((path) => existsSync(path));
  return candidates.find((path) => {
    const [major = 0, minor = 0] = (spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout || '99').split('.').map(Number);
    return major < 22 || (major === 22 && minor < 19);
  });
}
