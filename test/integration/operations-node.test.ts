import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { docBlocks } from '../support/doc-commands.js';
import { describeWithEngine, objectsOfNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { PluginScene } from '../support/plugin-scene.js';
import { shellPod } from '../support/test-node.js';

jest.setTimeout(120_000);

const [drain = '', uncordon = '', purge = '', doctor = ''] = docBlocks('docs/operations.md', 'test/integration/operations-node.test.ts');

describeWithEngine('docs/operations.md', (engine) => {
  test('takes a node out of service and back, looks at what it stands on, and removes it', async () => {
    const scene = await PluginScene.open(engine);
    const directory = mkdtempSync(join(tmpdir(), 'operations-'));
    writeFileSync(join(directory, 'interlink-docker'), `#!/bin/sh\nexec "${process.execPath}" "${resolve('dist/main.js')}" "$@"\n`);
    chmodSync(join(directory, 'interlink-docker'), 0o755);
    const env = {
      PATH: `${directory}:${process.env['PATH'] ?? ''}`,
      HOME: directory,
      DOCKER_HOST: engine.dockerHost,
      NODENAME: scene.node,
      SOCKET: scene.plugin.url.slice('unix://'.length),
      DATADIR: scene.plugin.dataDir,
      // Of its own: other tests use the usual one.
      SANDBOXIMAGE: `${scene.node}/sandbox:1`,
    };
    const run = (block: string): string => {
      const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', block], { encoding: 'utf8', env });
      if (status !== 0) throw new Error(`${block}\nended with ${String(status)}:\n${stdout}${stderr}`);
      return stdout;
    };
    const pings = (words: string): Promise<unknown> => eventually(async () => JSON.stringify(await scene.caller.ping()).includes(words));
    try {
      const pod = await scene.running(shellPod('exec sleep 1000', { restartPolicy: 'Always' }));
      expect(run(drain)).toMatch(/default\/test: ended \(0 left\)\nnothing runs on node \S+ any more\n$/);
      await pod.untilPhase('Failed');
      await pings('"pods":"0"');
      expect(run(uncordon)).toBe(`node ${scene.node} takes pods again\n`);
      await pings('"pods":"110"');
      expect(run(doctor)).toContain(`serves the node ${scene.node}`);
      await scene.plugin.stop();
      expect(run(purge)).toContain(`nothing of node ${scene.node} is left on the engine\n`);
      expect(await objectsOfNode(scene.node, engine.endpoint)).toEqual({ containers: [], volumes: [], networks: [] });
    } finally {
      await scene.close();
      rmSync(directory, { recursive: true });
    }
  });
});
