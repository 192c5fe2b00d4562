import { connectEngine, type Engine } from '../../../src/engine/index.js';
import { json, RecordingEngine } from './recording-engine.js';

const recorder = new RecordingEngine();
let engine: Engine;
beforeAll(() => recorder.listen());
beforeEach(() => {
  recorder.requests.length = 0;
  engine = connectEngine(recorder.address);
});
afterAll(() => recorder.remove());

const filters = (label: string[]): string => encodeURIComponent(JSON.stringify({ label }));

test.each<[request: string, call: (engine: Engine) => Promise<unknown>, answer: unknown, result: unknown]>([
  ['GET /info', (it) => it.info(), { Name: 'host', ID: 'e1', NCPU: 2, MemTotal: 4096, More: 1 }, { name: 'host', id: 'e1', cpus: 2, memoryBytes: 4096, osType: 'linux', cgroupVersion: '1', runtimes: [], securityOptions: [], cdi: false, dataRoot: '' }],
  [
    'GET /info',
    (it) => it.info(),
    { Name: 'host', ID: 'e1', NCPU: 2, MemTotal: 4096, OSType: 'linux', CgroupVersion: '2', Runtimes: { runc: { path: 'runc' }, runsc: {} }, CDISpecDirs: ['/etc/cdi'], DockerRootDir: '/d', SecurityOptions: ['name=apparmor', 'name=seccomp,profile=default', 'seccomp'] },
    { name: 'host', id: 'e1', cpus: 2, memoryBytes: 4096, osType: 'linux', cgroupVersion: '2', runtimes: ['runc', 'runsc'], securityOptions: [{ name: 'apparmor' }, { name: 'seccomp', profile: 'default' }, { name: 'seccomp' }], cdi: true, dataRoot: '/d' },
  ],
  ['POST /containers/create?name=n', (it) => it.createContainer('n', { Image: 'i' }), { Id: 'c1', Warnings: [] }, 'c1'],
  ['POST /containers/c1/start', (it) => it.startContainer('c1'), undefined, undefined],
  ['POST /containers/c1/stop?t=13', (it) => it.stopContainer('c1', 12.2), undefined, undefined],
  ['POST /containers/c1/kill?signal=SIGHUP', (it) => it.killContainer('c1', 'SIGHUP'), undefined, undefined],
  ['DELETE /containers/c1?force=1&v=1', (it) => it.removeContainer('c1'), undefined, undefined],
  ['POST /containers/c1/rename?name=new', (it) => it.renameContainer('c1', 'new'), undefined, undefined],
  ['GET /containers/a%2Fb/json', (it) => it.inspectContainer('a/b'), { Id: 'c1' }, { Id: 'c1' }],
  [
    `GET /containers/json?all=1&filters=${filters(['a=b', 'c'])}`,
    (it) => it.listContainers(['a=b', 'c']),
    [{ Id: 'c1', Names: ['/n'], State: 'exited', Labels: { a: 'b' }, Image: 'i' }, { Id: 'c2', Names: null, State: 'dead', Labels: null }],
    [{ Id: 'c1', Names: ['/n'], State: 'exited', Labels: { a: 'b' } }, { Id: 'c2', Names: [], State: 'dead', Labels: {} }],
  ],
  [
    `GET /volumes?filters=${filters(['a'])}`,
    (it) => it.listVolumes(['a']),
    { Volumes: [{ Name: 'v', Labels: null, CreatedAt: 't', Driver: 'local' }] },
    [{ Name: 'v', Labels: {}, CreatedAt: 't' }],
  ],
  [`GET /volumes?filters=${filters(['none'])}`, (it) => it.listVolumes(['none']), { Volumes: null }, []],
  ['DELETE /volumes/v', (it) => it.removeVolume('v'), undefined, undefined],
  [
    'GET /networks/n',
    (it) => it.inspectNetwork('n'),
    { Id: 'n1', Name: 'n', Created: 't', Labels: null, IPAM: { Config: [{ Subnet: 'fd00::/64' }, { Subnet: '10.1.0.0/24' }] }, Containers: { a: {}, b: {} } },
    { Id: 'n1', Name: 'n', Created: 't', Labels: {}, Internal: false, Subnets: ['10.1.0.0/24'], Endpoints: 2 },
  ],
  ['GET /networks?filters=%7B%7D', (it) => it.listNetworks([]), [{ Id: 'n1', Name: 'none', Created: 't', Labels: {}, IPAM: { Config: null } }], [{ Id: 'n1', Name: 'none', Created: 't', Labels: {}, Internal: false, Subnets: [] }]],
  ['DELETE /networks/n', (it) => it.removeNetwork('n'), undefined, undefined],
  [
    'GET /images/host%3A5000%2Frepo%3A1/json',
    (it) => it.inspectImage('host:5000/repo:1'),
    { Id: 'sha256:1', RepoTags: null, RepoDigests: ['r@d'], Config: { User: '7', Labels: { a: 'b' } }, Os: 'linux', Architecture: 'arm64', Size: 5 },
    { Id: 'sha256:1', RepoTags: [], RepoDigests: ['r@d'], User: '7', Labels: { a: 'b' }, Os: 'linux', Architecture: 'arm64', Size: 5 },
  ],
  ['GET /images/i/json', (it) => it.inspectImage('i'), { Id: 'sha256:1', Metadata: { LastTagTime: '0001-01-01T00:00:00Z' } }, { Id: 'sha256:1', RepoTags: [], RepoDigests: [], User: '', Labels: {}, Os: '', Architecture: '', Size: 0 }],
  ['GET /images/json', (it) => it.listImages(), [{ Id: '1', RepoTags: ['<none>:<none>'], RepoDigests: null, More: 1 }, { Id: '2', RepoTags: ['a:1'], RepoDigests: ['a@d'] }], [{ Id: '1', RepoTags: [], RepoDigests: [] }, { Id: '2', RepoTags: ['a:1'], RepoDigests: ['a@d'] }]],
  ['POST /images/sha256%3A1/tag?repo=a%2Fb&tag=c', (it) => it.tagImage('sha256:1', 'a/b', 'c'), undefined, undefined],
  ['DELETE /images/a%2Fb%3Ac', (it) => it.removeImage('a/b:c'), undefined, undefined],
  [
    'GET /system/df?type=image',
    (it) => it.imageUsage(),
    { LayersSize: 9, Images: [{ Id: '1', RepoTags: null, RepoDigests: ['<none>@<none>'], Size: 5, SharedSize: 2, Containers: 1 }, { Id: '2', RepoTags: ['a:1'], RepoDigests: [], Size: 5, SharedSize: -1, Containers: -1 }] },
    { layersBytes: 9, images: [{ Id: '1', RepoTags: [], RepoDigests: [], ownBytes: 3, containers: 1 }, { Id: '2', RepoTags: ['a:1'], RepoDigests: [], ownBytes: 5, containers: -1 }] },
  ],
])('%s', async (request, call, answer, result) => {
  recorder.on('*', json(answer === undefined ? 204 : 200, answer));
  expect(await call(engine)).toEqual(result);
  const [method, path] = request.split(' ');
  expect(recorder.asked.map((asked) => `${asked.method} ${asked.url}`)).toEqual([`${method} /v1.41${path}`]);
});

test('a secret is in the body only, never in the URL', async () => {
  recorder.on('POST /containers/create', json(201, { Id: 'c1' }));
  const config = { Image: 'i', Env: ['TOKEN=s3cr3t'], Labels: { a: 'b' }, Cmd: ['x', 's3cr3t'] };
  await engine.createContainer('k8s_a_b', config);
  expect(recorder.requests.map(({ url }) => url)).toEqual(['/version', '/v1.41/containers/create?name=k8s_a_b']);
  const [, request] = recorder.requests;
  expect(JSON.parse(String(request?.body))).toEqual(config);
  expect(JSON.stringify(request?.headers)).not.toContain('s3cr3t');
});

test('a megabyte of environment passes', async () => {
  recorder.on('POST /containers/create', json(201, { Id: 'c1' }));
  const Env = Array.from({ length: 10 }, (_, i) => `V${i}=${'x'.repeat(100_000)}`);
  expect(await engine.createContainer('big', { Image: 'i', Env })).toBe('c1');
  expect(JSON.parse(String(recorder.asked[0]?.body))).toEqual({ Image: 'i', Env });
});

test('a network is made with our subnet, and never twice', async () => {
  recorder.on('POST /networks/create', json(201, { Id: 'n1' }));
  expect(await engine.createNetwork({ name: 'n', subnet: '10.1.0.0/24', labels: { a: 'b' }, internal: true })).toBe('n1');
  const [request] = recorder.asked;
  expect(request?.url).toBe('/v1.41/networks/create');
  expect(JSON.parse(String(request?.body))).toMatchObject({ Name: 'n', CheckDuplicate: true, Internal: true, IPAM: { Config: [{ Subnet: '10.1.0.0/24' }] }, Labels: { a: 'b' } });
});

test('a tar is sent as it is', async () => {
  recorder.on('PUT /containers/c1/archive', json(200));
  const tar = Buffer.from([0, 1, 2, 0xff]);
  await engine.putArchive('c1', '/a b', tar);
  const [request] = recorder.asked;
  expect(request).toMatchObject({ method: 'PUT', url: '/v1.41/containers/c1/archive?path=%2Fa%20b', body: tar });
  expect(request?.headers['content-type']).toBe('application/tar');
});
