import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FIRST_VIEW, makeStamp, toCreateBody, toDeletePod, toStatusPod } from '../../src/caller/index.js';
import { DEFAULT_POLICY } from '../../src/docker/node/index.js';
import type { PodFile } from '../../src/caller/index.js';
import type { LogFields, Logger } from '../../src/log.js';
import { CredentialHelpers } from '../support/credential-helpers.js';
import { call } from '../support/endpoint.js';
import { describeWithEngine, objectsOfNode, purgeNode, skipAloud, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { PluginProcess } from '../support/plugin-process.js';
import { isRegistryInstalled, REGISTRY_USER, TestRegistry } from '../support/registry.js';
import { pushImage, removeImagesOf } from '../support/registry-images.js';
import { podFile, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(180_000);

/** Every line, however unimportant. */
function loggerInto(lines: string[]): Logger {
  const add = (message: string, fields?: LogFields): void => void lines.push(JSON.stringify({ message, ...fields }));
  return { debug: add, info: add, warn: add, error: add, child: () => loggerInto(lines) };
}

const { username, password } = REGISTRY_USER;
const auth = (user: string, secret: string): { auth: string } => ({ auth: Buffer.from(`${user}:${secret}`).toString('base64') });

if (!isRegistryInstalled()) skipAloud('images behind a password', 'there is no docker-registry here (the distribution has a package of that name)');
else {
  describeWithEngine('images behind a password', (engine) => {
    let open: TestRegistry;
    let registry: TestRegistry;
    let node: TestNode;
    const helpers = new CredentialHelpers();
    const lines: string[] = [];
    beforeAll(async () => {
      open = await TestRegistry.start();
      registry = await TestRegistry.start({ users: true, contentOf: open });
      for (const repository of ['team/app', 'team/other', 'late/app', 'file/app', 'helper/app']) await pushImage(open, repository, '1', { mark: repository });
      node = await TestNode.start(engine, { logger: loggerInto(lines) });
    });
    afterAll(async () => {
      await node.remove();
      await removeImagesOf([registry.host], engine.endpoint);
      await registry.stop();
      await open.stop();
      helpers.remove();
    });

    /** A pod that tells which image it runs, with a pull Secret of these logins where there are any; the Secret is mounted, or it would not come. */
    function podWith(repository: string, logins?: Readonly<Record<string, object>>, key = '.dockerconfigjson'): PodFile {
      const container = { name: 'main', image: `${registry.host}/${repository}:1`, imagePullPolicy: 'Always', command: ['sh', '-c', 'read -r mark < /mark; echo "$mark"'] };
      if (logins === undefined) return podFile({ containers: [container] });
      const content = JSON.stringify(key === '.dockercfg' ? logins : { auths: logins });
      return podFile(
        { imagePullSecrets: [{ name: 'access' }], volumes: [{ name: 'access', secret: { secretName: 'access' } }], containers: [{ ...container, volumeMounts: [{ name: 'access', mountPath: '/access' }] }] },
        { secrets: [{ metadata: { name: 'access', namespace: 'default' }, data: { [key]: Buffer.from(content).toString('base64') } }] },
      );
    }
    async function output(pod: TestPod): Promise<string> {
      await pod.untilPhase('Succeeded', 60_000);
      const log = await pod.log();
      await pod.delete();
      return log;
    }
    const failed = (pod: TestPod) => pod.until(({ containers }) => /^ErrImagePull|^ImagePullBackOff/.test(containers[0]?.state?.waiting?.reason ?? ''));
    const hostOf = (path = ''): string => `${registry.host}${path}`;

    test('P77: without a login the pod waits, with the registry\'s words', async () => {
      const pod = await node.create(podWith('team/app'));
      const { containers } = await failed(pod);
      expect(containers[0]?.state?.waiting?.message).toMatch(/no basic auth credentials|unauthorized/);
      await pod.delete();
    });

    test.each(['.dockerconfigjson', '.dockercfg'])('P77: a pull Secret of type %s that came with the pod opens the registry', async (key) => {
      expect(await output(await node.create(podWith('team/app', { [hostOf()]: auth(username, password) }, key)))).toBe('team/app\n');
    });

    test('P77: the longest path is tried first, and a login that is not welcome is not the last', async () => {
      const logins = { [hostOf('/team')]: auth(username, 'wrong-and-secret'), [hostOf()]: auth(username, password), 'other.example': auth('other', 'p') };
      expect(await output(await node.create(podWith('team/app', logins)))).toBe('team/app\n');
    });

    test('P77: a wrong login is nowhere to be read: not in status, events, labels or log', async () => {
      const pod = await node.create(podWith('team/other', { [hostOf()]: auth(username, 'wrong-and-secret') }));
      const status = await failed(pod);
      const { containers: ids } = await objectsOfNode(node.name, engine.endpoint);
      const inspected = await Promise.all(ids.map(async (id) => (await call(engine.endpoint, 'GET', `/containers/${id}/json`)).text));
      const listed = (await call(engine.endpoint, 'GET', '/containers/json?all=1')).text;
      const said = [JSON.stringify(status), JSON.stringify(node.provider.podEvents(pod.uid)), listed, ...inspected, ...lines].join('\n');
      expect(said).toContain('unauthorized');
      expect(lines.join('\n')).toContain('Failed to pull image');
      for (const secret of ['wrong-and-secret', auth(username, 'wrong-and-secret').auth]) expect(said).not.toContain(secret);
      await pod.delete();
    });

    test('P77: a pod that waits for its image through a restart of the plugin has its login still', async () => {
      const { port } = registry;
      await registry.stop();
      const pod = await node.create(podWith('late/app', { [hostOf()]: auth(username, password) }));
      await failed(pod);
      const { name } = node;
      await node.stop();
      registry = await TestRegistry.start({ users: true, contentOf: open, port });
      node = await TestNode.start(engine, { node: name });
      expect(await eventually(() => output(node.know(pod)), { deadlineMs: 60_000 })).toBe('late/app\n');
    });

    test('P77: a file of the operator\'s opens the registry for every pod', async () => {
      const path = helpers.file('logins.json', { auths: { [`http://${hostOf()}/v2/`]: auth(username, password) } });
      const other = await TestNode.start(engine, { policy: { images: { ...DEFAULT_POLICY.images, loginFiles: [{ path, optional: false }] } } });
      expect(await output(await other.create(podWith('file/app')))).toBe('file/app\n');
      await other.remove();
    });

    test('P77: the plugin asks the credential helper of docker\'s own config.json', async () => {
      helpers.add('test', `[ "$(cat)" = "${hostOf()}" ] && echo '{"Username":"${username}","Secret":"${password}"}'`);
      mkdirSync(join(helpers.directory, 'docker'));
      helpers.file('docker/config.json', { auths: { [hostOf()]: {} }, credsStore: 'test' });
      const name = uniqueNode('helper');
      const plugin = await PluginProcess.start({ dockerHost: engine.dockerHost, node: name, env: { DOCKER_CONFIG: join(helpers.directory, 'docker'), PATH: `${helpers.directory}:${process.env['PATH'] ?? ''}` } });
      const body = toCreateBody(podWith('helper/app'), makeStamp(new Date()));
      expect((await plugin.call('POST', '/create', body)).status).toBe(200);
      await eventually(async () => {
        const [status] = (await plugin.call('GET', '/status', [toStatusPod(body.pod, undefined, FIRST_VIEW)])).json() as { containers: { state: { terminated?: { exitCode: number } } }[] }[];
        return status?.containers[0]?.state.terminated?.exitCode === 0;
      });
      await plugin.call('POST', '/delete', toDeletePod(body.pod, undefined, FIRST_VIEW, new Date()));
      expect(plugin.stderr).not.toContain(password);
      await plugin.remove();
      await purgeNode(name, engine.endpoint);
    });
  });
}
