import { text } from 'node:stream/consumers';
import { extract } from 'tar-stream';
import { toVolumeTar } from '../../../../src/docker/volumes/files-tar.js';
import type { Volume } from '../../../../src/kube/index.js';
import { deliveredOf, plan, podWith } from './pods.js';

const MTIME = new Date('2026-01-02T03:04:05Z');
const DELIVERED = deliveredOf({ configMaps: { o: { a: 'A', long: 'x'.repeat(100_000) } }, secrets: { s: { ünï: 'U', 'b.bin': '\0\u0001' } } });
const VOLUMES: Volume[] = [
  { name: 'work', emptyDir: {} },
  { name: 'map', configMap: { name: 'o', items: [{ key: 'a', path: 'deep/er/a', mode: 0o400 }, { key: 'long', path: `${'p'.repeat(200)}/l` }] } },
  { name: 'secret', secret: { secretName: 's' } },
];

async function read(tar: Buffer): Promise<string[]> {
  const lines: string[] = [];
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const { name, type, mode, uid, gid, mtime, linkname } = entry.header;
    const body = await text(entry);
    expect([uid, gid, mtime]).toEqual([0, 0, MTIME]);
    lines.push([type, type === 'symlink' ? linkname : mode?.toString(8), name, body.length > 10 ? body.length : body].join(' ').replace(/\.\.[0-9a-f]{16}/g, '..V').trim());
  }
  return lines;
}

test('one archive for all volumes, each in the layout programs know', async () => {
  const tar = await toVolumeTar(plan(podWith(VOLUMES), DELIVERED), MTIME);
  const p = 'p'.repeat(200);
  expect(await read(tar)).toEqual([
    'directory 777 v/0/',
    'directory 777 v/1/',
    'directory 755 v/1/..V/',
    'directory 755 v/1/..V/deep/',
    'directory 755 v/1/..V/deep/er/',
    `directory 755 v/1/..V/${p}/`,
    'file 400 v/1/..V/deep/er/a A',
    `file 644 v/1/..V/${p}/l 100000`,
    'symlink ..V v/1/..data',
    'symlink ..data/deep v/1/deep',
    `symlink ..data/${p} v/1/${p}`,
    'directory 777 v/2/',
    'directory 755 v/2/..V/',
    'file 644 v/2/..V/ünï U',
    'file 644 v/2/..V/b.bin \0\u0001',
    'symlink ..V v/2/..data',
    'symlink ..data/ünï v/2/ünï',
    'symlink ..data/b.bin v/2/b.bin',
  ]);
});

test('the same contents and time give the same bytes', async () => {
  const make = (mtime: Date): Promise<Buffer> => toVolumeTar(plan(podWith(VOLUMES), DELIVERED), mtime);
  const tar = await make(MTIME);
  expect((await make(MTIME)).equals(tar)).toBe(true);
  expect((await make(new Date(0))).equals(tar)).toBe(false);
});
