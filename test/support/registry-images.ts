import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { call, type Endpoint } from './endpoint.js';
import type { TestRegistry } from './registry.js';

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const CONFIG = 'application/vnd.docker.container.image.v1+json';
const LAYER = 'application/vnd.docker.image.rootfs.diff.tar';

export interface PushedImage {
  /** Digest of the manifest. */
  readonly digest: string;
  /** Bytes of the manifest. */
  readonly size: number;
  readonly architecture: string;
}

export interface ImageContent {
  /** Default: `amd64`. What is in it is always this host's busybox. */
  readonly architecture?: string;
  /** Bytes that no other image has; what a pull has to fetch. */
  readonly bytes?: number;
  /** Text of `/mark` in it. */
  readonly mark?: string;
}

/** Puts an image that runs `sh` into a registry, without an engine. No two are alike. */
export async function pushImage({ endpoint }: TestRegistry, repository: string, tag: string, { architecture = 'amd64', bytes = 1000, mark = tag }: ImageContent = {}): Promise<PushedImage> {
  const layer = await toLayer(bytes, mark);
  const diff = digestOf(layer);
  const config = Buffer.from(JSON.stringify({ architecture, os: 'linux', config: { Cmd: ['sh'] }, rootfs: { type: 'layers', diff_ids: [diff] } }));
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, size: config.length, digest: await upload(endpoint, repository, config) },
      layers: [{ mediaType: LAYER, size: layer.length, digest: await upload(endpoint, repository, layer) }],
    }),
  );
  return { digest: await putManifest(endpoint, repository, tag, MANIFEST, manifest), size: manifest.length, architecture };
}

/** Joins images of one repository under one name: each engine takes the one for its architecture. @returns the digest of the list */
export async function pushList({ endpoint }: TestRegistry, repository: string, tag: string, images: readonly PushedImage[]): Promise<string> {
  const manifests = images.map(({ digest, size, architecture }) => ({ mediaType: MANIFEST, digest, size, platform: { os: 'linux', architecture } }));
  return putManifest(endpoint, repository, tag, LIST, Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: LIST, manifests })));
}

async function toLayer(bytes: number, mark: string): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: 'bin/sh', mode: 0o755, mtime: new Date(0) }, readFileSync('/bin/busybox'));
  tar.entry({ name: 'mark', mtime: new Date(0) }, `${mark}\n`);
  tar.entry({ name: 'random', mtime: new Date(0) }, randomBytes(bytes));
  tar.finalize();
  return buffer(tar);
}

async function upload(endpoint: Endpoint, repository: string, blob: Buffer): Promise<string> {
  const digest = digestOf(blob);
  const begun = await fetch(urlOf(endpoint, `/v2/${repository}/blobs/uploads/`), { method: 'POST' });
  const place = new URL(begun.headers.get('location') ?? '', urlOf(endpoint, '/'));
  place.searchParams.set('digest', digest);
  const put = await call(endpoint, 'PUT', `${place.pathname}${place.search}`, { body: blob, headers: { 'content-type': 'application/octet-stream' } });
  if (put.status !== 201) throw new Error(`the registry does not take a blob: ${put.status} ${put.text}`);
  return digest;
}

async function putManifest(endpoint: Endpoint, repository: string, tag: string, type: string, manifest: Buffer): Promise<string> {
  const put = await call(endpoint, 'PUT', `/v2/${repository}/manifests/${tag}`, { body: manifest, headers: { 'content-type': type } });
  if (put.status !== 201) throw new Error(`the registry does not take a manifest: ${put.status} ${put.text}`);
  return digestOf(manifest);
}

function urlOf(endpoint: Endpoint, path: string): string {
  if ('socketPath' in endpoint) throw new Error('a registry listens on a port');
  return `http://${endpoint.host}:${endpoint.port}${path}`;
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Pushes an image of the engine's under a name of the registry's, through the engine, which forgets that name again. */
export async function pushFromEngine(engine: Endpoint, source: string, registry: TestRegistry, repository: string, tag: string): Promise<void> {
  const name = `${registry.host}/${repository}`;
  await call(engine, 'POST', `/images/${encodeURIComponent(source)}/tag?${new URLSearchParams({ repo: name, tag }).toString()}`);
  const pushed = await call(engine, 'POST', `/images/${name}/push?tag=${tag}`, { headers: { 'x-registry-auth': 'e30=' } });
  if (pushed.status !== 200 || pushed.text.includes('"error"')) throw new Error(`cannot push ${name}:${tag}: ${pushed.text}`);
  await call(engine, 'DELETE', `/images/${encodeURIComponent(`${name}:${tag}`)}`);
}

/** Removes from an engine every name that begins with one of `hosts`, and what has no other name. */
export async function removeImagesOf(hosts: readonly string[], engine: Endpoint): Promise<void> {
  const images = (await call(engine, 'GET', '/images/json')).json() as { RepoTags: string[] | null; RepoDigests: string[] | null }[];
  for (const name of images.flatMap(({ RepoTags, RepoDigests }) => [...(RepoTags ?? []), ...(RepoDigests ?? [])])) {
    if (hosts.some((host) => name.startsWith(`${host}/`))) await call(engine, 'DELETE', `/images/${encodeURIComponent(name)}?force=1`);
  }
}
