import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandEnd, startCommand } from '../support/command.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, type LabelledObjects, objectsOfNode, uniqueNode } from '../support/engine-under-test.js';
import { PluginScene } from '../support/plugin-scene.js';
import { podFile, shell, shellPod } from '../support/test-node.js';

jest.setTimeout(180_000);

const CLAIMS = uniqueNode('claims');
const DATA = `${CLAIMS}_default_data`;

describeWithEngine('a node that is removed from the engine', (engine) => {
  const { endpoint } = engine;
  let scene: PluginScene;
  let other: PluginScene;
  let directory: string;
  beforeEach(async () => {
    [scene, other] = [await PluginScene.open(engine, { env: { VOLUMES_CLAIMS: `default/data=${CLAIMS}_{namespace}_{claim}` } }), await PluginScene.open(engine)];
    directory = mkdtempSync(join(tmpdir(), 'purge-'));
    // An image of its own: other tests use the usual one.
    writeFileSync(join(directory, 'config.yaml'), `DockerHost: ${engine.dockerHost}\nSandboxImage: ${scene.node}/sandbox:1\n`);
  });
  afterEach(async () => {
    await Promise.all([scene.close(), other.close()]);
    for (const name of foreign()) await call(endpoint, 'DELETE', `/containers/${name}?force=1`);
    rmSync(directory, { recursive: true });
  });

  const foreign = (): readonly string[] => [`made-of-our-image-${scene.node}`, `interlink_owner_${scene.node}_of_somebody_else`];
  const purge = (...args: readonly string[]): Promise<CommandEnd> => startCommand(['purge', '--node', scene.node, '--config', join(directory, 'config.yaml'), ...args]).end;
  const left = async (): Promise<LabelledObjects> => objectsOfNode(scene.node, endpoint);
  const isThere = async (name: string): Promise<boolean> => (await call(endpoint, 'GET', `/containers/${name}/json`)).status === 200;
  const makeForeign = async (): Promise<void> => {
    const [labelled, named] = foreign();
    const Image = 'busybox:1.36';
    expect((await call(endpoint, 'POST', `/containers/create?name=${labelled}`, { body: { Image, Labels: { 'interlink.eu/node': scene.node } } })).status).toBe(201);
    expect((await call(endpoint, 'POST', `/containers/create?name=${named}`, { body: { Image } })).status).toBe(201);
  };

  test('goes wholly, running pods among it, and nothing of anybody else does; not while a plugin runs, nor unasked', async () => {
    const volumeMounts = [{ name: 'work', mountPath: '/work' }, { name: 'data', mountPath: '/data' }];
    const volumes = [{ name: 'work', emptyDir: {} }, { name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    await scene.running(podFile({ containers: [shell('main', 'exec sleep 1000', { volumeMounts }), shell('side', 'exec sleep 1000')], volumes }));
    const kept = await other.running(shellPod('exec sleep 1000'));
    await scene.plugin.call('POST', '/debug/node/cordon');
    await makeForeign();

    expect(await purge('--yes')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`a plugin holds the node name ${scene.node}`) as string });
    expect((await left()).containers.length).toBeGreaterThan(3);
    await scene.plugin.kill();
    expect(await purge()).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('(running)') as string, stderr: expect.stringContaining('--yes') as string });
    expect((await left()).containers.length).toBeGreaterThan(3);

    const { exitCode, stdout, stderr } = await purge('--yes');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(`volume ${DATA}: it is the data of a persistent volume claim`);
    const { containers, ...rest } = await left();
    expect([containers.length, rest]).toEqual([1, { volumes: [DATA], networks: [] }]);
    expect(await Promise.all(foreign().map(isThere))).toEqual([true, true]);
    expect(await kept.containerStatus('main')).toMatchObject({ restartCount: 0, state: { running: {} } });
    expect((await call(endpoint, 'GET', `/images/${scene.node}/sandbox:1/json`)).status).toBe(404);

    expect((await purge('--yes', '--claims')).exitCode).toBe(0);
    expect((await left()).volumes).toEqual([]);
  });

  test('by force it takes the name from a plugin that runs, which makes nothing again; what cannot be removed is told of', async () => {
    await scene.running(shellPod('exec sleep 1000', { restartPolicy: 'Always' }));
    await scene.plugin.call('POST', '/debug/node/cordon');
    const user = `made-of-our-image-${scene.node}`;
    await call(endpoint, 'POST', `/containers/create?name=${user}`, { body: { Image: 'busybox:1.36', HostConfig: { Binds: [`interlink_cordon_${scene.node}:/v`] } } });
    const refused = await purge('--yes', '--force');
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/what could not be removed is left:\n {2}volume interlink_cordon_.*in use/) as string });
    expect(await left()).toEqual({ containers: [], volumes: [`interlink_cordon_${scene.node}`], networks: [] });
    await call(endpoint, 'DELETE', `/containers/${user}`);
    expect((await purge('--yes', '--force')).exitCode).toBe(0);
    expect(await left()).toEqual({ containers: [], volumes: [], networks: [] });
    expect((await scene.plugin.call('GET', '/metrics')).text).toContain('interlink_docker_node_owner 0');
    expect(await purge()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`there is nothing of node ${scene.node}`) as string });
  });
});
