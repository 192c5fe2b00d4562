import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { InstalledPackage } from '../support/installed-package.js';

jest.setTimeout(180_000);

let author: InstalledPackage;
beforeAll(() => {
  author = InstalledPackage.make(['typescript', '@types/node', 'undici-types']);
});
afterAll(() => author.remove());

/** The Node of npm's scripts, in the author's folder. */
function node(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: author.directory, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const tsc = (directory: string) => node(join(author.directory, 'node_modules/typescript/bin/tsc'), '--pretty', 'false', '-p', directory);

test.each([
  ['interlink-docker', 'createApp'],
  ['interlink-docker/sdk', 'createApp'],
  ['interlink-docker/testing', 'PluginCaller'],
])('%s opens to require and to import', (door, name) => {
  const told = { status: 0, stdout: 'function\n', stderr: '' };
  const common = author.write('uses-require.cjs', `console.log(typeof require('${door}').${name});`);
  expect(node(common)).toEqual(told);
  const modern = author.write('uses-import.mjs', `import { ${name} } from '${door}'; console.log(typeof ${name});`);
  expect(node(modern)).toEqual(told);
});

test('nothing but the doors can be reached', () => {
  const script = author.write('reaches-in.cjs', "require('interlink-docker/dist/docker/index.js');");
  expect(node(script)).toMatchObject({ status: 1, stderr: expect.stringContaining('ERR_PACKAGE_PATH_NOT_EXPORTED') as string });
});

const CONSUMER = `
import { createApp, Provider, ProviderError, silentLogger, startServer } from 'interlink-docker/sdk';
import type { CallContext, CreatedPod, CreateRequest, PodStatus, Pod } from 'interlink-docker/sdk';
import { PluginCaller } from 'interlink-docker/testing';
import { createApp as again } from 'interlink-docker';

class Mine extends Provider {
  override async create({ pod }: CreateRequest, { session }: CallContext): Promise<CreatedPod> {
    if (pod.spec.containers.length > 1) throw new ProviderError('InvalidPod', session);
    return { uid: pod.metadata.uid, jobId: pod.metadata.name };
  }
  override async status(pods: readonly Pod[]): Promise<readonly PodStatus[]> {
    return pods.map(({ metadata: { name, namespace, uid } }) => ({ name, namespace, uid, jobId: name, containers: [], initContainers: [] }));
  }
}

async function main(): Promise<void> {
  const server = await startServer({ app: (again === createApp ? createApp : again)(new Mine(), { log: silentLogger }), host: '127.0.0.1', port: 0 });
  const ping = await new PluginCaller(server.address).ping();
  await server.close(1000);
  console.log(JSON.stringify(ping));
}
void main();
`;

// Types are checked to the last declaration (no skipLibCheck): what the doors show must stand by itself.
test.each<[name: string, type: 'module' | 'commonjs', options: object]>([
  ['an ES module, nodenext', 'module', { module: 'nodenext' }],
  ['a CommonJS module, nodenext', 'commonjs', { module: 'nodenext' }],
  ['a CommonJS module, commonjs', 'commonjs', { module: 'commonjs', esModuleInterop: true }],
])('a TypeScript program finds types and runs: %s', (name, type, options) => {
  const directory = name.replaceAll(/\W+/g, '-');
  author.write(`${directory}/package.json`, JSON.stringify({ type }));
  author.write(`${directory}/plugin.ts`, CONSUMER);
  author.write(`${directory}/tsconfig.json`, JSON.stringify({ compilerOptions: { target: 'es2023', strict: true, types: ['node'], ...options }, files: ['plugin.ts'] }));
  expect(tsc(join(author.directory, directory))).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(node(join(author.directory, directory, 'plugin.js'))).toEqual({ status: 0, stdout: '{"status":"ok"}\n', stderr: '' });
});

test('types are no decoration: a wrong override does not compile', () => {
  author.write('wrong/package.json', JSON.stringify({ type: 'module' }));
  author.write('wrong/plugin.ts', "import { Provider } from 'interlink-docker/sdk';\nexport class Wrong extends Provider { override create(): number { return 1; } }\n");
  author.write('wrong/tsconfig.json', JSON.stringify({ compilerOptions: { target: 'es2023', module: 'nodenext', strict: true, noEmit: true, types: ['node'] }, files: ['plugin.ts'] }));
  expect(tsc(join(author.directory, 'wrong'))).toMatchObject({ status: 2, stdout: expect.stringContaining("Property 'create'") as string });
});
