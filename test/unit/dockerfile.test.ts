/** The image's instructions, as far as they say who it runs as; no image is built here. */
import { readFileSync } from 'node:fs';

/** Instructions of the last stage, which is the image. */
function lastStage(dockerfile: string): readonly string[] {
  const lines = dockerfile.replaceAll('\\\n', ' ').split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  return lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
}

/** What of a Dockerfile would make the plugin run as root, or take its secrets along. */
function faults(dockerfile: string): readonly string[] {
  const stage = lastStage(dockerfile);
  const user = stage.findLast((line) => line.startsWith('USER '))?.slice('USER '.length).split(':')[0];
  const start = stage.findIndex((line) => line.startsWith('ENTRYPOINT '));
  return [
    ...(user === undefined || user === 'root' || user === '0' ? ['it runs as root'] : []),
    ...(stage.slice(start).some((line) => line.startsWith('USER ')) ? ['its user changes behind the entry point'] : []),
    ...(stage.some((line) => /^(COPY|ADD) \.? ?\./.test(line)) ? ['it takes the whole directory along'] : []),
    ...(/^ENTRYPOINT \[/.test(stage[start] ?? '') ? [] : ['a shell stands between it and its signals']),
  ];
}

const DOCKERFILE = readFileSync('Dockerfile', 'utf8');

test('the plugin does not run as root', () => {
  expect(faults(DOCKERFILE)).toEqual([]);
  expect(readFileSync('docs/security.md', 'utf8')).toContain('--group-add');
});

test.each<[defect: string, change: (text: string) => string, told: string]>([
  ['no user', (text) => text.replace(/^USER .*$/m, ''), 'it runs as root'],
  ['root by number', (text) => text.replace(/^USER .*$/m, 'USER 0:0'), 'it runs as root'],
  ['a user of the build stage only', (text) => text.replace(/^USER .*$/m, '').replace('WORKDIR /app', 'USER node\nWORKDIR /app'), 'it runs as root'],
  ['everything copied', (text) => text.replace(/^USER/m, 'COPY . .\nUSER'), 'it takes the whole directory along'],
  ['a shell', (text) => text.replace(/^ENTRYPOINT .*$/m, 'ENTRYPOINT node dist/main.js'), 'a shell stands between it and its signals'],
])('%s is found', (_defect, change, told) => {
  expect(faults(change(DOCKERFILE))).toEqual([told]);
});
