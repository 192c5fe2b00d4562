import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { call, type Endpoint } from './endpoint.js';

/** The distribution's static busybox; its package is `busybox-static`. */
const BUSYBOX_PATH = '/bin/busybox';
/** Always made from the host's own busybox, whatever other names hold. */
export const TEST_IMAGE = 'interlink-docker-test/busybox:1';
/** A name as pods write it. */
export const BUSYBOX = 'busybox:1.36';
const NAMES: readonly string[] = [TEST_IMAGE, BUSYBOX, 'busybox:latest'];

/** Makes each of the names that the engine does not know, without a registry. They stay for the next run. */
export async function ensureBusybox(endpoint: Endpoint): Promise<void> {
  const missing: string[] = [];
  for (const name of NAMES) {
    const { status } = await call(endpoint, 'GET', `/images/${name}/json`);
    if (status !== 200) missing.push(name);
  }
  if (missing.length === 0) return;
  const tar = await busyboxTar();
  for (const name of missing) await importImage(endpoint, name, tar);
}

async function importImage(endpoint: Endpoint, name: string, tar: Buffer): Promise<void> {
  const [repo, tag] = name.split(':');
  const query = new URLSearchParams({ fromSrc: '-', repo: repo ?? name, tag: tag ?? 'latest', changes: 'CMD ["sh"]' });
  const answer = await call(endpoint, 'POST', `/images/create?${query.toString()}`, { body: tar, headers: { 'content-type': 'application/x-tar' } });
  // The engine answers 200 and tells failures in the text.
  if (answer.status !== 200 || answer.text.includes('"error"')) throw new Error(`cannot import ${name}: ${answer.text}`);
}

/** A root file system: busybox, a link for each of its applets, and what programs expect to be there. */
async function busyboxTar(): Promise<Buffer> {
  const tar = pack();
  const directory = (name: string, mode = 0o755): void => void tar.entry({ name, type: 'directory', mode, mtime: new Date(0) });
  const file = (name: string, content: string | Buffer, mode = 0o644): void => void tar.entry({ name, mode, mtime: new Date(0) }, content);
  for (const name of ['bin', 'dev', 'etc', 'home', 'proc', 'root', 'sys', 'usr', 'usr/bin', 'var']) directory(name);
  directory('tmp', 0o1777);
  file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n');
  file('etc/group', 'root:x:0:\nnobody:x:65534:\n');
  file('bin/busybox', readFileSync(BUSYBOX_PATH), 0o755);
  const applets = execFileSync(BUSYBOX_PATH, ['--list'], { encoding: 'utf8' }).split('\n');
  for (const applet of applets.filter((name) => name !== '' && name !== 'busybox')) {
    tar.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox', mtime: new Date(0) });
  }
  tar.entry({ name: 'usr/bin/env', type: 'symlink', linkname: '../../bin/busybox', mtime: new Date(0) });
  tar.finalize();
  return buffer(tar);
}
