/** Files of volumes: whatever keys, paths and parts a pod names, nothing leaves the volume it is for. */
import { posix } from 'node:path';
import fc from 'fast-check';
import { toTar } from '../../src/docker/volumes/index.js';
import { planFiles } from '../../src/docker/volumes/plan-files.js';
import { toFilePath } from '../../src/docker/volumes/files-paths.js';
import { ProviderError } from '../../src/errors.js';
import type { Pod, Volume } from '../../src/kube/index.js';
import { parseArchive } from '../fakes/archive.js';
import { NODE } from '../unit/docker/this-node.js';
import { catches, fuzz } from './fuzz.js';
import { rejectsOnly, throwsOnly } from './throws-only.js';

const ROOT = 'v/0';

const segment = fc.constantFrom('..', '.', '', 'a', 'b', '..data', '..2026', '...', 'a..', ' ', '\0', 'ü', '😀', 'x'.repeat(255), 'x'.repeat(256), '__proto__', '\n', '\\', 'a\\..\\b', '%2e%2e');
const path = fc.oneof(fc.array(segment, { maxLength: 6 }).map((segments) => segments.join('/')), fc.string({ unit: 'binary' }));

/** What the path is, or would be, under the volume's root. */
function stays(toPath: (path: string, what: string) => string): (path: string) => void {
  return (written) => {
    const cleaned = throwsOnly([ProviderError], () => toPath(written, 'the path'));
    if (cleaned === undefined) return;
    const full = posix.resolve('/volume', cleaned);
    if (full !== `/volume/${cleaned}` || cleaned.startsWith('..') || cleaned === '' || cleaned.includes('\0')) throw new Error(`${JSON.stringify(written)} leads to ${JSON.stringify(full)}`);
    if (Buffer.byteLength(cleaned) > 4096 || cleaned.split('/').some((part) => Buffer.byteLength(part) > 255)) throw new Error(`${cleaned.slice(0, 300)} is too long`);
  };
}

const paths = { name: 'file paths', input: path, runs: 2000, check: stays(toFilePath), outcome: 'inside its volume, or refused by name', nasty: ['a/'.repeat(1e6), '../'.repeat(1e6), 'x'.repeat(1e7)] };
fuzz(paths);
catches(paths, 'a join that leaves the volume', stays((written) => posix.join('.', written)));
catches(paths, 'a look at the beginning only', stays((written) => {
  if (written.startsWith('../') || written.startsWith('/') || written === '') throw new ProviderError('InvalidPod', 'no');
  return posix.normalize(written);
}));

interface Files {
  readonly keys: readonly (readonly [key: string, content: string])[];
  readonly items: readonly { readonly key: string; readonly path: string; readonly mode?: number }[];
  readonly subPaths: readonly string[];
}

/** The archive of a whole ConfigMap volume: every entry below the root, every link to below it. */
function contained(pack: typeof toTar): (input: Files) => Promise<void> {
  return async ({ keys, items, subPaths }) => {
    const volume: Volume = { name: 'map', configMap: { name: 'o', ...(items.length > 0 && { items: items.map((item) => ({ ...item })) }), optional: true } };
    const mounts = subPaths.map((subPath, index) => ({ name: 'map', mountPath: `/m${index}`, subPath }));
    const pod = { metadata: { name: 'p', namespace: 'n', uid: 'u' }, spec: { containers: [{ name: 'c', image: 'i', volumeMounts: mounts }], volumes: [volume] } } as unknown as Pod;
    const delivered = { configMaps: new Map([['o', new Map(keys.map(([key, content]) => [key, Buffer.from(content)]))]]), binaryKeys: new Map(), secrets: new Map(), projected: new Map() };
    const planned = throwsOnly([ProviderError], () => planFiles(volume, 'pod.spec.volumes[0]', { pod, node: NODE, delivered, acceptedAt: new Date(0) }));
    for (const { content } of planned ?? []) {
      if (content === undefined) continue;
      const entries = await rejectsOnly([ProviderError], async () => parseArchive('/', await pack(new Map([[ROOT, content]]), new Date(0))));
      for (const entry of entries ?? []) isBelow(entry.path, entry.target);
    }
  };
}

function isBelow(name: string, target: string | undefined): void {
  const inside = (at: string): boolean => at === `/${ROOT}` || at.startsWith(`/${ROOT}/`);
  if (!inside(name)) throw new Error(`an entry at ${JSON.stringify(name)}`);
  if (target !== undefined && !inside(posix.resolve(posix.dirname(name), target))) throw new Error(`a link from ${JSON.stringify(name)} to ${JSON.stringify(target)}`);
}

const keys = fc.array(fc.tuple(fc.oneof(path, fc.constantFrom('a', 'b', 'a/b')), fc.string({ maxLength: 4 })), { maxLength: 4 });
const item = fc.record({ key: fc.oneof(path, fc.constantFrom('a', 'b')), path: fc.oneof(path, fc.constantFrom('a', 'a/b', 'c')), mode: fc.constantFrom(0, 0o400, 0o777) });
const files = {
  name: 'volume archives',
  input: fc.record({ keys, items: fc.array(item, { maxLength: 3 }), subPaths: fc.array(fc.oneof(fc.constantFrom('', 'a', 'a/b', '..data', '..data/a'), path), { maxLength: 3 }) }),
  runs: 800,
  check: contained(toTar),
  outcome: 'every entry and link inside its volume, or refused by name',
};
fuzz<Files>(files);
catches<Files>(files, 'a link to the outside', contained((contents, mtime) => toTar(new Map([...contents].map(([root, content]) => [root, { ...content, entries: content.entries.map((entry) => (entry.kind === 'symlink' ? { ...entry, target: `../../${entry.target}` } : entry)) }])), mtime)));
