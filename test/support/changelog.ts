const SECTIONS: readonly string[] = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];

/** What the changelog is checked against. */
export interface Release {
  /** Of package.json. */
  readonly version: string;
  /** Where versions can be compared, once the project says where it is. */
  readonly repository?: string | undefined;
}

/** What of a changelog is not as Keep a Changelog 1.1.0 wants it, a line each. Pure. */
export function changelogFaults(text: string, { version, repository }: Release): readonly string[] {
  const lines = text.split('\n');
  const headings = lines.filter((line) => line.startsWith('## ')).map((line) => line.slice('## '.length));
  const released = headings.slice(1);
  const numbers = released.map((heading) => /^\[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d( \[YANKED\])?$/.exec(heading)?.[1] ?? '');
  const dates = released.map((heading) => heading.split(' ')[2] ?? '');
  return [
    ...(lines[0] === '# Changelog' ? [] : ['its first line is not "# Changelog"']),
    ...(headings[0] === '[Unreleased]' ? [] : ['what is not released yet is not on top']),
    ...released.filter((_heading, index) => numbers[index] === '').map((heading) => `"${heading}" is not "[version] - date"`),
    ...numbers.filter((number, index) => index > 0 && order(number) >= order(numbers[index - 1] ?? '')).map((number) => `${number} does not stand below a later version`),
    ...dates.filter((date, index) => index > 0 && date > (dates[index - 1] ?? '')).map((date) => `${date} stands below an earlier day`),
    ...(numbers[0] !== undefined && order(numbers[0]) > order(version) ? [`${numbers[0]} is later than package.json's ${version}`] : []),
    ...sectionFaults(lines),
    ...linkFaults(lines, headings, repository),
  ];
}

function sectionFaults(lines: readonly string[]): readonly string[] {
  const faults: string[] = [];
  let seen: string[] = [];
  for (const [at, line] of lines.entries()) {
    if (line.startsWith('## ')) seen = [];
    const [, section] = /^### (.*)$/.exec(line) ?? [];
    if (section === undefined) continue;
    if (!SECTIONS.includes(section)) faults.push(`"${section}" is none of ${SECTIONS.join(', ')}`);
    if (seen.includes(section)) faults.push(`"${section}" comes twice in one version`);
    if (!(lines.slice(at + 1).find((next) => next !== '') ?? '').startsWith('- ')) faults.push(`"${section}" is empty`);
    seen.push(section);
  }
  return faults;
}

/** Links as `[1.2.3]: https://…/compare/v1.2.2...v1.2.3`, one a heading, as soon as there is a place to link to. */
function linkFaults(lines: readonly string[], headings: readonly string[], repository: string | undefined): readonly string[] {
  const links = new Map(lines.flatMap((line) => [...line.matchAll(/^\[([^\]]+)\]: (\S+)$/g)].map(([, name = '', url = '']) => [name, url] as const)));
  const names = headings.map((heading) => /^\[([^\]]+)\]/.exec(heading)?.[1] ?? heading);
  const missing = repository === undefined ? [] : names.filter((name) => links.get(name)?.startsWith(repository) !== true);
  return [...missing.map((name) => `[${name}] has no link to ${repository ?? ''}`), ...[...links.keys()].filter((name) => !names.includes(name)).map((name) => `[${name}] is linked, and no version`)];
}

/** A version as one that can be compared as text. */
function order(version: string): string {
  return version.split('.').map((part) => part.padStart(6, '0')).join('.');
}
