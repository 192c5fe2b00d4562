import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApp, startServer } from '../../../src/api/index.js';
import { podsCommand } from '../../../src/commands/pods.js';
import { ProviderError } from '../../../src/errors.js';
import { silentLogger } from '../../../src/log.js';
import { type PodRow, Provider } from '../../../src/provider/index.js';
import { json, RecordingEngine } from '../engine/recording-engine.js';

const ROW: PodRow = { namespace: 'default', name: 'web', uid: 'u', phase: 'Running', ready: 1, containers: 1, restarts: 0, notes: [] };

class Told extends Provider {
  constructor(
    private readonly rows: readonly PodRow[] | ProviderError,
    private readonly lacks: readonly string[],
  ) {
    super();
  }
  override podRows(): readonly PodRow[] {
    if (this.rows instanceof ProviderError) throw this.rows;
    return this.rows;
  }
  override missing(): readonly string[] {
    return this.lacks;
  }
}

/** What the command says of a plugin, with an engine that has nothing. */
async function saidOf(provider: Provider): Promise<{ stdout: string; stderr: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'pods-'));
  const engine = await new RecordingEngine().on('GET /containers/json', json(200, [])).listen();
  const socketPath = join(directory, 'plugin.sock');
  const server = await startServer({ app: createApp(provider, { log: silentLogger, isLocal: true }), socketPath });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) jest.spyOn(process[stream], 'write').mockImplementation((text) => ((said[stream] += String(text)), true));
  try {
    const config = join(directory, 'config.yaml');
    writeFileSync(config, `DockerHost: unix://${engine.address.kind === 'socket' ? engine.address.path : ''}\nNodeName: edge\nSocket: ${socketPath}\n`);
    await podsCommand().parseAsync(['--config', config], { from: 'user' });
    return said;
  } finally {
    jest.restoreAllMocks();
    await server.close(100);
    await engine.remove();
    rmSync(directory, { recursive: true });
  }
}

test('a plugin that lacks nothing is believed without a word', async () => {
  expect(await saidOf(new Told([ROW], []))).toEqual({ stdout: expect.stringContaining('default/web') as string, stderr: '' });
});

test('one that has lost its node name is shown with that', async () => {
  const { stdout, stderr } = await saidOf(new Told([ROW], ['another plugin has claimed the node name edge']));
  expect(stdout).toContain('default/web');
  expect(stderr).toBe('interlink-docker: these pods are as the plugin saw them last: another plugin has claimed the node name edge\n');
});

test('one that does not know its pods yet is not believed: labels are read', async () => {
  const { stderr } = await saidOf(new Told(new ProviderError('EngineUnavailable', 'the pods on the Docker Engine are not known yet'), ['x']));
  expect(stderr).toMatch(/are not known yet\.\nThis is what the labels of the engine's containers tell of the node edge instead/);
});
