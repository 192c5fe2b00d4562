import { BUSYBOX, ensureBusybox, TEST_IMAGE } from '../support/busybox.js';
import { call, type Endpoint } from '../support/endpoint.js';
import { describeWithEngine, objectsOf, objectsOfNode, purgeLabel, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { startHoldingRegistry } from '../support/holding-registry.js';
import { describeWithOwnEngine, OwnEngine } from '../support/own-engine.js';

// Engines on busy machines take their time.
jest.setTimeout(60_000);

/** Creates and starts; @returns the container's id */
async function run(endpoint: Endpoint, config: object): Promise<string> {
  const created = await call(endpoint, 'POST', '/containers/create', { body: config });
  const { Id } = created.json() as { Id: string };
  const started = await call(endpoint, 'POST', `/containers/${Id}/start`);
  expect([created.status, started.status, started.text]).toEqual([201, 204, '']);
  return Id;
}

async function stateOf(endpoint: Endpoint, id: string): Promise<{ Status: string; ExitCode: number }> {
  return ((await call(endpoint, 'GET', `/containers/${id}/json`)).json() as { State: { Status: string; ExitCode: number } }).State;
}

describeWithEngine('what tests stand on', ({ endpoint }) => {
  const node = uniqueNode();
  const Labels = { 'interlink.eu/node': node };

  beforeAll(() => ensureBusybox(endpoint));
  afterAll(() => purgeNode(node, endpoint));

  test.each([TEST_IMAGE, BUSYBOX])('%s has the tools that tests use', async (Image) => {
    const tools = 'sh sleep httpd nc cat test true false echo date id stat ls find env';
    const Id = await run(endpoint, { Image, Labels, Cmd: ['sh', '-c', `trap 'exit 7' TERM; for t in ${tools}; do which $t || [ -x /bin/$t ] || exit 1; done`], HostConfig: { NetworkMode: 'none' } });
    await eventually(async () => (await stateOf(endpoint, Id)).Status === 'exited');
    expect((await stateOf(endpoint, Id)).ExitCode).toBe(0);
  });

  test('purgeNode removes what carries the node\'s label, and nothing else', async () => {
    const other = uniqueNode('other');
    await call(endpoint, 'POST', '/volumes/create', { body: { Name: `${other}-v`, Labels: { 'interlink.eu/node': other } } });
    await call(endpoint, 'POST', '/volumes/create', { body: { Name: `${node}-v`, Labels } });
    await call(endpoint, 'POST', '/networks/create', { body: { Name: `${node}-n`, Labels } });
    await run(endpoint, { Image: TEST_IMAGE, Labels, Cmd: ['sleep', '600'], HostConfig: { Binds: [`${node}-v:/v`], NetworkMode: `${node}-n` } });
    await purgeNode(node, endpoint);
    expect(await objectsOfNode(node, endpoint)).toEqual({ containers: [], volumes: [], networks: [] });
    expect((await objectsOfNode(other, endpoint)).volumes).toEqual([`${other}-v`]);
    await purgeNode(other, endpoint);
  });

  test('a pull from the holding registry hangs until it is released, then fails', async () => {
    const registry = await startHoldingRegistry();
    let isOver = false;
    const pull = call(endpoint, 'POST', `/images/create?fromImage=${encodeURIComponent(registry.image)}`).finally(() => (isOver = true));
    await eventually(() => registry.requests.length > 0);
    expect(isOver).toBe(false);
    registry.release();
    expect((await pull).text).toMatch(/not found|nothing here|unknown/i);
    await registry.stop();
  });
});

describeWithOwnEngine('an engine of the test\'s own', () => {
  let engine: OwnEngine | undefined;
  const label = 'interlink-docker-test=own';
  const Labels = { 'interlink-docker-test': 'own' };
  afterAll(() => engine?.remove(), 120_000);

  test('runs containers, keeps them over stop and kill, and leaves nothing', async () => {
    engine = await OwnEngine.start();
    const { endpoint } = engine;
    await ensureBusybox(endpoint);
    const Id = await run(endpoint, { Image: TEST_IMAGE, Labels, Cmd: ['sleep', '600'], StopTimeout: 1 });
    await engine.stop('SIGKILL');
    await expect(call(endpoint, 'GET', '/_ping')).rejects.toThrow(/ENOENT|ECONNREFUSED/);
    await engine.start();
    expect((await objectsOf(label, endpoint)).containers).toEqual([Id]);
    await engine.stop('SIGTERM');
    await engine.start();
    expect((await stateOf(endpoint, Id)).Status).toBe('exited');
    await purgeLabel(label, endpoint);
    await engine.remove();
  }, 180_000);
});
