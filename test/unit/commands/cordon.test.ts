import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, startServer } from '../../../src/api/index.js';
import { cordonCommand, uncordonCommand } from '../../../src/commands/cordon.js';
import { drainCommand } from '../../../src/commands/drain.js';
import { whyCommand } from '../../../src/commands/why.js';
import { silentLogger } from '../../../src/log.js';
import { Provider } from '../../../src/provider/index.js';
import { json, RecordingEngine } from '../engine/recording-engine.js';

class Empty extends Provider {}

let directory: string;
let engine: RecordingEngine;
let said: { stdout: string; stderr: string };
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'cordon-'));
  engine = await new RecordingEngine()
    .on('GET /containers/interlink_owner_edge/json', json(404, { message: 'No such container' }))
    .on('GET /info', json(200, { Name: 'name-of-the-engine' }))
    .on('GET /volumes', json(200, { Volumes: [] }))
    .on('POST /volumes/create', json(201, {}))
    .listen();
  said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) jest.spyOn(process[stream], 'write').mockImplementation((text) => ((said[stream] += String(text)), true));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await engine.remove();
  rmSync(directory, { recursive: true });
});

const TLS = ['SidecarURL: https://127.0.0.1', 'TLSCert: /none/c', 'TLSKey: /none/k', 'TLSClientCA: /none/a'];
const socketOf = ({ address }: RecordingEngine): string => (address.kind === 'socket' ? address.path : '');
function configured(...lines: readonly string[]): readonly string[] {
  const file = join(directory, 'config.yaml');
  writeFileSync(file, [`DockerHost: unix://${socketOf(engine)}`, ...lines, ''].join('\n'));
  return ['--config', file];
}
const marks = (): readonly unknown[] => engine.asked.filter(({ method }) => method !== 'GET').map(({ body }) => (JSON.parse(body.toString()) as { Name: string }).Name);
const cordon = (args: readonly string[]): Promise<unknown> => cordonCommand().parseAsync([...args], { from: 'user' });

test('where nobody listens, nor any node is configured, no mark is set for a guessed node', async () => {
  await expect(cordon(configured(`Socket: ${directory}/nobody.sock`))).rejects.toThrow(/No plugin listens.*give --config, or NODENAME/s);
  expect(marks()).toEqual([]);
});

test('where nobody listens at a given address, no mark is set on an engine that may be another', async () => {
  await expect(cordon(['--url', `unix://${directory}/nobody.sock`, ...configured('NodeName: edge')])).rejects.toThrow(/No plugin listens.*give --config, or NODENAME/s);
  expect(marks()).toEqual([]);
});

test('a plugin over TLS is cordoned by the mark on its engine', async () => {
  await cordon(configured('NodeName: edge', ...TLS));
  expect(marks()).toEqual(['interlink_cordon_edge']);
  expect(said.stderr).toContain('over TLS');
  expect(said.stdout).toContain('node edge is cordoned');
});

test('so is one that takes no orders where others reach it', async () => {
  const server = await startServer({ app: createApp(new Empty(), { log: silentLogger, isLocal: false }), host: '127.0.0.1', port: 0 });
  try {
    const config = configured('NodeName: edge', 'SidecarURL: http://127.0.0.1', `SidecarPort: ${new URL(server.address).port}`);
    await cordon(config);
    expect(marks()).toEqual(['interlink_cordon_edge']);
    expect(said.stderr).toContain('HTTP 403');
    await expect(drainCommand().parseAsync([...config], { from: 'user' })).rejects.toThrow(/HTTP 403.*a unix socket or a loopback address.*interlink-docker cordon/s);
  } finally {
    await server.close(100);
  }
});

test('while a plugin runs it is said when that finds the mark; what it knows cannot be taken from the engine', async () => {
  engine.on('GET /containers/interlink_owner_edge/json', json(200, { Id: 'o', Name: '/interlink_owner_edge', Config: { Labels: {} }, State: {} }));
  const config = configured('NodeName: edge', ...TLS);
  await cordon(config);
  expect(said.stderr).toContain('within a minute');
  await expect(uncordonCommand().parseAsync([...config], { from: 'user' })).rejects.toThrow('a plugin holds the node name edge');
  expect(marks()).toEqual(['interlink_cordon_edge']);
});

test('a drain says what it needs where the plugin speaks TLS', async () => {
  await expect(drainCommand().parseAsync([...configured('NodeName: edge', ...TLS)], { from: 'user' })).rejects.toThrow(/over TLS.*a unix socket or a loopback address.*interlink-docker cordon/s);
});

test('the help of drain shows its time in a form that it takes', () => {
  expect(drainCommand().helpInformation()).toMatch(/\(default: 10m\)/);
});

test('why asks for a name', async () => {
  await expect(whyCommand().parseAsync(['', ...configured('NodeName: edge')], { from: 'user' })).rejects.toThrow('give a name');
});
