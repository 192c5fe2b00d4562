import { execSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { docBlocks } from '../support/doc-commands.js';

jest.setTimeout(120_000);

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}
interface Bill {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly serialNumber: string;
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}
interface Locked {
  readonly version?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

const FILE = 'build/sbom.cdx.json';
const { name, version } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string; version: string };

/** Packages of the lock file, as `name@version`. */
function locked(isWanted: (one: Locked) => boolean): readonly string[] {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Readonly<Record<string, Locked>> };
  const below = Object.entries(packages).filter(([path, one]) => path.includes('node_modules/') && one.link !== true && isWanted(one));
  return below.map(([path, one]) => `${path.replace(/^.*node_modules\//, '')}@${one.version ?? ''}`);
}

let bill: Bill;
beforeAll(() => {
  rmSync(FILE, { force: true });
  for (const block of docBlocks('docs/packaging.md', 'test/integration/sbom.test.ts')) execSync(block, { stdio: ['ignore', 'ignore', 'ignore'] });
  bill = JSON.parse(readFileSync(FILE, 'utf8')) as Bill;
});

test('the bill of materials is a CycloneDX document of this version', () => {
  expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: expect.stringMatching(/^1\.\d$/) as string, serialNumber: expect.stringMatching(/^urn:uuid:/) as string });
  expect(bill.metadata.component).toMatchObject({ name, version, purl: `pkg:npm/${name}@${version}` });
  expect(bill.components.filter(({ purl }) => !purl.startsWith('pkg:npm/'))).toEqual([]);
});

test('it has all that runs, and nothing that only builds or tests', () => {
  const listed = bill.components.map((one) => `${one.name}@${one.version}`);
  const running = locked(({ dev, optional, devOptional }) => dev !== true && optional !== true && devOptional !== true);
  expect(running.filter((one) => !listed.includes(one))).toEqual([]);
  expect(running.length).toBeGreaterThan(50);
  expect(locked(({ dev }) => dev === true).filter((one) => listed.includes(one) && !running.includes(one))).toEqual([]);
  expect(listed.filter((one) => /^(node-linux-|interlink-docker)/.test(one))).toEqual([]);
});

test('it says who needs what, of what is in it', () => {
  const known = new Set([bill.metadata.component, ...bill.components].map((one) => one['bom-ref']));
  const named = bill.dependencies.flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn]);
  expect(named.filter((ref) => !known.has(ref))).toEqual([]);
  expect(bill.dependencies.find(({ ref }) => ref === bill.metadata.component['bom-ref'])?.dependsOn).not.toHaveLength(0);
});
