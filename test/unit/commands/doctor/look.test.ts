import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lookAtAddress } from '../../../../src/commands/doctor/look-host.js';
import { lookAtListening } from '../../../../src/commands/doctor/look-listen.js';
import type { ListenAddress } from '../../../../src/config/index.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'look-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const socket = (path: string, group?: string): ListenAddress => ({ kind: 'socket', path: join(directory, path), mode: 0o660, ...(group !== undefined && { group }) });
const levels = async (listen: ListenAddress): Promise<readonly string[]> => (await lookAtListening(listen)).map(({ level, check }) => `${level} ${check}`);

test('a socket may lie in a directory that is not there yet, as serve makes it; not in the place of something else', async () => {
  expect(await lookAtAddress(socket('new/deep/plugin.sock'), 'unix:///none')).toEqual({ kind: 'free' });
  writeFileSync(join(directory, 'file'), '');
  mkdirSync(join(directory, 'directory'));
  for (const path of ['file', 'directory']) expect(await lookAtAddress(socket(path), 'unix:///none')).toEqual({ kind: 'unusable', code: 'ENOTSOCK' });
  expect(await lookAtAddress(socket('file/plugin.sock'), 'unix:///none')).toMatchObject({ kind: 'unusable' });
});

test('the group of a socket has to be there', async () => {
  expect(await levels(socket('s'))).toEqual([]);
  expect(await levels(socket('s', 'root'))).toEqual(['ok SocketGroup']);
  expect(await levels(socket('s', 'no-such-group'))).toEqual(['fail SocketGroup']);
});

test('so have the files of TLS', async () => {
  const certFile = join(directory, 'cert');
  writeFileSync(certFile, 'PEM');
  const tls = { certFile, keyFile: join(directory, 'none'), clientCaFile: directory };
  expect(await levels({ kind: 'tcp', host: '0.0.0.0', port: 1, tls })).toEqual(['ok TLSCert', 'fail TLSKey', 'fail TLSClientCA']);
});

test('an address that others reach without TLS is warned of', async () => {
  expect(await levels({ kind: 'tcp', host: '127.0.0.1', port: 1 })).toEqual([]);
  expect(await levels({ kind: 'tcp', host: '0.0.0.0', port: 1 })).toEqual(['warn guard']);
});
