/**
 * node scripts/write-sbom.js FILE: a CycloneDX bill of what an installation runs, by `npm sbom` of the lock file. What only builds or tests is
 * left out here: npm's `--omit dev` leaves out as well what both need. So is the Node of npm scripts, which is a workspace's.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node scripts/write-sbom.js FILE');
const { name, dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const words = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only'];
const bill = JSON.parse(execFileSync('npm', words, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, stdio: ['ignore', 'pipe', 'inherit'] }));
const root = bill.metadata.component;
// npm gives it the name of the directory.
root.name = name;

const needs = new Map(bill.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
needs.set(root['bom-ref'], Object.entries(dependencies).map(([dependency, version]) => `${dependency}@${version}`));
const kept = new Set();
for (const next = [root['bom-ref']]; next.length > 0; ) {
  const ref = next.pop();
  if (kept.has(ref)) continue;
  if (!needs.has(ref)) throw new Error(`${ref} is not in the lock file: run npm install`);
  kept.add(ref);
  next.push(...needs.get(ref));
}
bill.components = bill.components.filter((component) => kept.has(component['bom-ref']));
bill.dependencies = bill.dependencies.filter(({ ref }) => kept.has(ref)).map(({ ref }) => ({ ref, dependsOn: needs.get(ref) }));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
