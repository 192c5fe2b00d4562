/** What becomes of pods' volumes on engines that are newer than the one at hand, or that fail: the plugin over an engine in memory. */
import { makeStamp, type PodFile, toCreateBody } from '../../../../src/caller/index.js';
import { DockerProvider } from '../../../../src/docker/index.js';
import { openJournal } from '../../../../src/docker/journal/index.js';
import { DEFAULT_POLICY } from '../../../../src/docker/node/index.js';
import type { ContainerConfig, MountConfig } from '../../../../src/engine/index.js';
import type { Pod, PodSpec } from '../../../../src/kube/index.js';
import { silentLogger } from '../../../../src/log.js';
import { parseCreateBody } from '../../../../src/wire/index.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';
import { toImage } from '../../../fakes/fake-images.js';
import { WELL_BEHAVED } from '../../../fakes/program.js';
import { eventually } from '../../../support/eventually.js';
import { HurriedClock } from '../../../support/hurried-clock.js';

const CONTEXT = { session: 'test', signal: new AbortController().signal };

interface Plugin {
  readonly engine: FakeEngine;
  readonly provider: DockerProvider;
  readonly clock: HurriedClock;
}

const running: DockerProvider[] = [];
afterEach(async () => {
  for (const provider of running.splice(0)) await provider.stop();
});

async function start(apiVersion: string): Promise<Plugin> {
  const engine = new FakeEngine({ images: ['busybox:1'], version: { apiVersion } });
  const clock = new HurriedClock();
  const claims = [{ pattern: '*/*', kind: 'volume', template: '{namespace}_{claim}', readOnly: false }] as const;
  const provider = new DockerProvider({
    engine, node: 'node', network: { podCidr: '10.213.0.0/16', subnetBits: 22 }, policy: { ...DEFAULT_POLICY, volumes: { claims, nfs: [] } },
    sandboxImage: 'sandbox:1', journal: await openJournal(undefined, silentLogger), logger: silentLogger, clock,
  });
  // What a new engine is tried with comes first.
  engine.runs(() => ({ exits: 0 }));
  await provider.start();
  running.push(provider);
  await eventually(() => engine.countOf('removeContainer') > 0);
  engine.runs(() => WELL_BEHAVED);
  return { engine, provider, clock };
}

async function create({ provider }: Plugin, spec: Partial<PodSpec>, objects: Partial<PodFile> = {}): Promise<Pod> {
  const complete = { automountServiceAccountToken: false, containers: [], ...spec };
  const body = toCreateBody({ pod: { metadata: { name: 'p', namespace: 'ns' }, spec: complete }, configMaps: [], secrets: [], ...objects }, makeStamp(new Date()));
  const [request] = parseCreateBody(body).pods;
  if (request === undefined) throw new Error('no pod');
  await provider.create(request, CONTEXT);
  return request.pod;
}

const made = ({ engine }: Plugin, prefix: string): ContainerConfig[] => engine.calls.flatMap(({ method, args }) => (method === 'createContainer' && String(args[0]).startsWith(prefix) ? [args[1] as ContainerConfig] : []));
const madeHelpers = (plugin: Plugin): ContainerConfig[] => made(plugin, 'interlink_helper_').filter((config) => mountsOf(config).length > 0);
/** Without the file for its last words. */
const mountsOf = (config: ContainerConfig | undefined): readonly MountConfig[] => (config?.HostConfig?.Mounts ?? []).filter(({ Target }) => Target !== '/dev/termination-log');
/** Archives for pods. */
const archives = ({ engine }: Plugin): number => engine.calls.filter(({ method, args }) => method === 'putArchive' && args[1] === '/').length;
const mainOf = (plugin: Plugin): Promise<ContainerConfig> => eventually(() => made(plugin, 'k8s_main_')[0]);

test('all files of all volumes of a pod come in one archive; a pod without any makes none', async () => {
  const plugin = await start('1.41');
  const volumeMounts = ['a', 'b', 'c'].flatMap((name) => [{ name, mountPath: `/${name}` }, { name, mountPath: `/part/${name}`, subPath: 'one' }]).filter(({ name, mountPath }) => name !== 'c' || mountPath === '/c');
  await create(plugin, {
    volumes: [{ name: 'a', configMap: { name: 'm' } }, { name: 'b', secret: { secretName: 's' } }, { name: 'c', emptyDir: {} }, { name: 'd', emptyDir: { medium: 'Memory' } }, { name: 'e', persistentVolumeClaim: { claimName: 'x' } }],
    containers: [{ name: 'main', image: 'busybox:1', volumeMounts }, { name: 'other', image: 'busybox:1', volumeMounts }],
  }, { configMaps: [{ metadata: { name: 'm', namespace: 'ns' }, data: { one: '1' }, binaryData: {} }], secrets: [{ metadata: { name: 's', namespace: 'ns' }, data: { one: 'MQ==' } }] });
  await mainOf(plugin);
  expect(archives(plugin)).toBe(1);
  await create(plugin, { containers: [{ name: 'main', image: 'busybox:1' }], volumes: [{ name: 'd', emptyDir: { medium: 'Memory' } }, { name: 'e', persistentVolumeClaim: { claimName: 'x' } }] });
  await eventually(() => made(plugin, 'k8s_main_').length === 2);
  expect(archives(plugin)).toBe(1);
});

test('P11: images of volumes are there before the container that mounts them is made', async () => {
  const plugin = await start('1.48');
  plugin.engine.registry.set('models:1', toImage('models:1'));
  const volumes: PodSpec['volumes'] = [{ name: 'models', image: { reference: 'models:1' } }, { name: 'unused', image: { reference: 'gone:1' } }];
  await create(plugin, { volumes, containers: [{ name: 'main', image: 'busybox:1', volumeMounts: [{ name: 'models', mountPath: '/models', subPath: 'en' }] }] });
  expect(mountsOf(await mainOf(plugin))).toEqual([{ Type: 'image', Source: 'models:1', Target: '/models', ReadOnly: true, ImageOptions: { Subpath: 'en' } }]);
  const methods = plugin.engine.calls.map(({ method, args }) => `${method} ${typeof args[0] === 'string' ? args[0].split('_', 2).join('_') : ''}`);
  expect(methods.findIndex((call) => call.startsWith('pullImage'))).toBeLessThan(methods.indexOf('createContainer k8s_main'));
});

test('P11: an image of a volume that does not come keeps its container waiting, and is named', async () => {
  const plugin = await start('1.48');
  const volumes: PodSpec['volumes'] = [{ name: 'models', image: { reference: 'models:1' } }];
  const pod = await create(plugin, { volumes, containers: [{ name: 'main', image: 'busybox:1', volumeMounts: [{ name: 'models', mountPath: '/models' }] }] });
  const waiting = await eventually(async () => (await plugin.provider.status([pod], CONTEXT))[0]?.containers[0]?.state?.waiting?.message);
  expect(waiting).toContain('image "models:1" of the volume models');
  expect(made(plugin, 'k8s_main_')).toEqual([]);
});

const CLAIM: Partial<PodSpec> = {
  securityContext: { fsGroup: 7 },
  volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'x' } }],
  containers: [{ name: 'main', image: 'busybox:1', volumeMounts: [{ name: 'data', mountPath: '/data', subPath: 'sub' }] }],
};

test('P28: a part of a claim is made by a helper that is gone again when the container comes', async () => {
  const plugin = await start('1.45');
  plugin.engine.runs((config) => (config.Cmd?.[0] === 'own' ? { exits: 0 } : WELL_BEHAVED));
  await create(plugin, CLAIM);
  expect(mountsOf(await mainOf(plugin))).toMatchObject([{ Source: 'ns_x', VolumeOptions: { Subpath: 'sub' } }]);
  const helpers = madeHelpers(plugin);
  expect(helpers).toMatchObject([{ Cmd: 'own 7 always /v/0 + dir - /v/0/sub'.split(' '), User: '0:0', HostConfig: { NetworkMode: 'none', CapDrop: ['ALL'], ReadonlyRootfs: true } }]);
  expect(helpers.map(mountsOf)).toMatchObject([[{ Source: 'ns_x', Target: '/v/0' }]]);
  expect(await plugin.engine.listContainers(['io.kubernetes.docker.type=helper'])).toEqual([]);
});

test('what cannot be made ready is told, and tried again', async () => {
  const plugin = await start('1.45');
  let exitCode = 1;
  plugin.engine.runs((config) => (config.Cmd?.[0] === 'own' ? { exits: exitCode } : WELL_BEHAVED));
  const pod = await create(plugin, CLAIM);
  await eventually(() => plugin.provider.podEvents(pod.metadata.uid).some(({ reason, type }) => reason === 'FailedMount' && type === 'Warning'));
  const [status] = await plugin.provider.status([pod], CONTEXT);
  expect(status?.containers[0]?.state).toMatchObject({ waiting: { reason: 'ContainerCreating', message: expect.stringContaining('volumes') as unknown } });
  expect(made(plugin, 'k8s_main_')).toEqual([]);
  expect(await plugin.engine.listContainers(['io.kubernetes.docker.type=helper'])).toEqual([]);
  exitCode = 0;
  plugin.clock.advance(60_000);
  await mainOf(plugin);
});

test('a pod that is deleted while its volumes are made ready goes at once, and so does the helper', async () => {
  const plugin = await start('1.45');
  const pod = await create(plugin, CLAIM);
  await eventually(async () => (await plugin.engine.listContainers(['io.kubernetes.docker.type=helper'])).some(({ State }) => State === 'running'));
  await plugin.provider.delete(pod, CONTEXT);
  expect(await plugin.engine.listContainers(['io.kubernetes.docker.type=helper'])).toEqual([]);
  expect(await plugin.engine.listContainers([`io.kubernetes.pod.uid=${pod.metadata.uid}`])).toEqual([]);
  expect((await plugin.engine.listVolumes([])).map(({ Name }) => Name).filter((name) => !name.includes('_messages_'))).toEqual(['ns_x']);
});

test('P20: parts of memory are made again when it was lost with the sandbox that held it', async () => {
  const plugin = await start('1.45');
  plugin.engine.runs((config) => (config.Cmd?.[0] === 'dir' ? { exits: 0 } : WELL_BEHAVED));
  const pod = await create(plugin, { volumes: [{ name: 'm', emptyDir: { medium: 'Memory' } }], containers: [{ name: 'main', image: 'busybox:1', volumeMounts: [{ name: 'm', mountPath: '/m', subPath: 'a' }] }] });
  await mainOf(plugin);
  expect(madeHelpers(plugin)).toHaveLength(1);
  const sandbox = (await plugin.engine.listContainers([`io.kubernetes.pod.uid=${pod.metadata.uid}`])).find(({ Labels }) => Labels['io.kubernetes.docker.type'] === 'podsandbox');
  await plugin.engine.killContainer(sandbox?.Id ?? '', 'SIGKILL');
  await eventually(() => {
    plugin.clock.advance(1_000);
    return made(plugin, 'k8s_main_').length === 2;
  });
  expect(madeHelpers(plugin).map(({ Cmd }) => Cmd?.join(' '))).toEqual(['dir - /v/0/a', 'dir - /v/0/a']);
});
