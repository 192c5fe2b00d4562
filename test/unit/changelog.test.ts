import { readdirSync, readFileSync } from 'node:fs';
import { changelogFaults } from '../support/changelog.js';

const { version, repository } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string; repository?: { url: string } };

test('the changelog is kept', () => {
  const url = repository?.url.replace(/^git\+/, '').replace(/\.git$/, '');
  expect(changelogFaults(readFileSync('CHANGELOG.md', 'utf8'), { version, repository: url })).toEqual([]);
});

const GOOD = `# Changelog

## [Unreleased]

### Added

- A thing.

## [0.2.0] - 2026-02-01

### Changed

- Another.

### Fixed

- A third.

## [0.1.0] - 2026-01-01

### Added

- All of it.

[Unreleased]: https://forge.example/p/compare/v0.2.0...HEAD
[0.2.0]: https://forge.example/p/compare/v0.1.0...v0.2.0
[0.1.0]: https://forge.example/p/releases/tag/v0.1.0
`;
const OURS = { version: '0.2.0', repository: 'https://forge.example/p' };

test('one in order has no faults', () => {
  expect(changelogFaults(GOOD, OURS)).toEqual([]);
  expect(changelogFaults(GOOD, { version: '0.3.0' })).toEqual([]);
});

test.each<[what: string, change: (text: string) => string, fault: string]>([
  ['another title', (text) => text.replace('# Changelog', '# News'), 'its first line is not "# Changelog"'],
  ['nothing for what comes', (text) => text.replace('## [Unreleased]\n\n### Added\n\n- A thing.\n\n', '').replace(/^\[Unreleased\].*\n/m, ''), 'what is not released yet is not on top'],
  ['no date', (text) => text.replace('[0.1.0] - 2026-01-01', '[0.1.0]'), '"[0.1.0]" is not "[version] - date"'],
  ['an older version above', (text) => text.replaceAll('[0.1.0]', '[0.10.0]'), '0.10.0 does not stand below a later version'],
  ['an earlier day above', (text) => text.replace('2026-01-01', '2026-03-01'), '2026-03-01 stands below an earlier day'],
  ['a version to come as released', (text) => text.replaceAll('[0.2.0]', '[0.3.0]'), '0.3.0 is later than package.json\'s 0.2.0'],
  ['a section of its own', (text) => text.replace('### Fixed', '### Bugs'), '"Bugs" is none of Added, Changed, Deprecated, Removed, Fixed, Security'],
  ['a section twice', (text) => text.replace('### Fixed', '### Changed'), '"Changed" comes twice in one version'],
  ['an empty section', (text) => text.replace('- A thing.\n', ''), '"Added" is empty'],
  ['no link', (text) => text.replace(/^\[0\.2\.0\]: .*\n/m, ''), '[0.2.0] has no link to https://forge.example/p'],
  ['a link of nothing', (text) => `${text}[0.0.1]: https://forge.example/p\n`, '[0.0.1] is linked, and no version'],
])('%s is found', (_what, change, fault) => {
  const changed = change(GOOD);
  expect(changed).not.toBe(GOOD);
  expect(changelogFaults(changed, OURS)).toEqual([fault]);
});

describe('the version', () => {
  test('is written in package.json, and repeated where tools ask for it only', () => {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { version: string; packages: Readonly<Record<string, { version?: string }>> };
    expect([lock.version, lock.packages['']?.version]).toEqual([version, version]);
    const written = [...filesBelow('src'), ...filesBelow('scripts'), 'Dockerfile'].filter((file) => !file.endsWith('scripts/node/package.json') && holds(file, version));
    expect(written).toEqual([]);
  });

  test('is that of the commands in the documentation', () => {
    const named = ['README.md', ...filesBelow('docs'), ...filesBelow('examples')].flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/interlink-docker:(\d+\.\d+\.\d+)/g)].map(([, told]) => `${file}: ${told ?? ''}`));
    expect(named).not.toEqual([]);
    expect(named.filter((one) => !one.endsWith(`: ${version}`))).toEqual([]);
  });
});

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => `${entry.parentPath}/${entry.name}`);
}

/** Whether a file has it as a version of its own: not in a path or as part of another number. */
function holds(file: string, version: string): boolean {
  return new RegExp(`(?<![\\d.])${version.replaceAll('.', '\\.')}(?![\\d.])`).test(readFileSync(file, 'utf8'));
}
