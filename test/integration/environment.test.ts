import { type EnvResolver, makeStamp, toCreateBody } from '../../src/caller/index.js';
import { decodeRecord, sandboxName } from '../../src/docker/record/index.js';
import type { Container, EnvVar } from '../../src/kube/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { podObjects } from '../support/raw-calls.js';
import { podFile, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

/** Writes the bytes of its own environment; without a shell, which would drop what it cannot name. */
const DUMP = ['base64', '-w', '0', '/proc/self/environ'];
/** What the engine and its runtime give every container. */
const GIVEN = ['PATH', 'HOSTNAME', 'HOME'];

const CONFIG = { metadata: { name: 'cm', namespace: 'default' }, data: { colour: 'teal', 'BAD-NAME.txt': 'odd', raw: '$(colour)' }, binaryData: { blob: 'AAEC' } };
const SECRET = { metadata: { name: 's', namespace: 'default' }, data: { password: Buffer.from(`"it's" $HOME; \`x\`\n`).toString('base64'), colour: Buffer.from('red').toString('base64') } };
/** interLink sends the objects of the volumes that a container mounts. */
const VOLUMES = [{ name: 'cm', configMap: { name: 'cm' } }, { name: 's', secret: { secretName: 's' } }];
const MOUNTS = VOLUMES.map(({ name }) => ({ name, mountPath: `/v/${name}` }));

const container = (name: string, more: Partial<Container>): Container => ({ name, image: 'busybox:1.36', command: DUMP, ...more });
const from = (name: string, valueFrom: EnvVar['valueFrom']): EnvVar => ({ name, ...(valueFrom && { valueFrom }) });

/** Variables of a container as its process has them, without those that every one has. */
async function environmentOf(pod: TestPod, name: string): Promise<Record<string, string>> {
  const bytes = Buffer.from(await pod.log(name), 'base64').toString('utf8');
  const entries = bytes.split('\0').slice(0, -1).map((entry): [string, string] => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]);
  expect(new Set(entries.map(([key]) => key)).size).toBe(entries.length);
  return Object.fromEntries(entries.filter(([key]) => !GIVEN.includes(key)));
}

describeWithEngine('environment as a container has it', (engine) => {
  let node: TestNode;
  let skipping: TestNode;
  beforeAll(async () => {
    [node, skipping] = await Promise.all([
      TestNode.start(engine, { policy: { environment: { skipDownwardAPIResolution: false, hostIP: '192.0.2.1' } } }),
      TestNode.start(engine, { policy: { environment: { skipDownwardAPIResolution: true } } }),
    ]);
  });
  afterAll(async () => {
    await node.remove();
    await skipping.remove();
  });

  async function run(containers: Container[], envResolver: EnvResolver, at = node): Promise<TestPod> {
    const file = podFile({ containers, volumes: VOLUMES }, { configMaps: [CONFIG], secrets: [SECRET] });
    const labelled = { ...file, pod: { ...file.pod, metadata: { ...file.pod.metadata, labels: { tier: '1' }, annotations: { note: 'said "so"' } } } };
    return at.create(toCreateBody(labelled, makeStamp(new Date()), envResolver));
  }

  describe('where values come final', () => {
    const values: Record<string, string> = {
      quotes: `"double" 'single' \`back\``, lines: 'one\n\ntwo\r\n\t', dollars: '$HOME $$HOME $(lines) $$(lines) $', semicolons: 'a; rm -rf /; #', unicode: 'žluťoučký ☕ 🐳', spaces: '  both ends  ', equals: 'a=b=c', backslashes: String.raw`\n \\ \0`,
      empty: '', large: 'x'.repeat(100_000), 'BAD-NAME.txt': 'odd', '1st': 'digit', 'with space': 'yes', '%': 'percent',
    };
    let pod: TestPod;
    beforeAll(async () => {
      const env = Object.entries(values).map(([name, value]) => ({ name, value }));
      const service = [{ name: 'KUBERNETES_SERVICE_HOST', value: '10.96.0.1' }, { name: 'KUBERNETES_SERVICE_PORT', value: '443' }];
      pod = await run([
        container('literal', { env: [{ name: 'quotes', value: 'an earlier one' }, ...env] }),
        container('words', { env: [{ name: 'A', value: 'one $(B)' }, { name: 'B', value: 'two' }], command: ['sh', '-c', 'printf "<%s>" "$0" "$@"', '$(A)'], args: ['$$(A)', '$(NONE)', '$(B)$(B)', '$', '$$', '$(B', '; echo $HOME'] }),
        container('service', { env: service }),
      ], 'nobody');
      await pod.untilPhase('Succeeded');
    });
    afterAll(() => pod.delete());

    test('P12: values are byte for byte what was sent, whatever their names; of two with one name the last counts', async () => {
      expect(await environmentOf(pod, 'literal')).toEqual(values);
    });

    test('P13: command and args have $(VAR) replaced, $$ halved, and nothing else', async () => {
      expect(await pod.log('words')).toBe('<one $(B)><$(A)><$(NONE)><twotwo><$><$><$(B><; echo $HOME>');
    });

    test('P18: the variables of services arrive, and none is made up', async () => {
      expect(await environmentOf(pod, 'service')).toEqual({ KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' });
    });
  });

  describe('where references come open', () => {
    let pod: TestPod;
    beforeAll(async () => {
      const resources = { limits: { cpu: '1500m', memory: '64Mi' }, requests: { cpu: '250m' } };
      const field = (name: string, fieldPath: string): EnvVar => from(name, { fieldRef: { fieldPath } });
      const size = (name: string, resource: string, divisor?: string, containerName?: string): EnvVar =>
        from(name, { resourceFieldRef: { resource, ...(divisor !== undefined && { divisor }), ...(containerName !== undefined && { containerName }) } });
      pod = await run([
        container('expanded', { env: [{ name: 'a', value: '1' }, { name: 'b', value: '<$(a)> $$(a) $(later) $(b)' }, { name: 'later', value: '2' }] }),
        container('keys', {
          volumeMounts: MOUNTS,
          env: [
            from('colour', { configMapKeyRef: { name: 'cm', key: 'colour' } }), from('password', { secretKeyRef: { name: 's', key: 'password' } }), from('raw', { configMapKeyRef: { name: 'cm', key: 'raw' } }),
            from('noMap', { configMapKeyRef: { name: 'gone', key: 'k', optional: true } }), from('noKey', { secretKeyRef: { name: 's', key: 'gone', optional: true } }), { name: 'both', value: '$(colour)-$(noKey)' },
          ],
        }),
        container('sources', { envFrom: [{ configMapRef: { name: 'cm' } }, { prefix: 'S_', secretRef: { name: 's' } }, { secretRef: { name: 'gone', optional: true } }], env: [{ name: 'S_colour', value: 'mine, not $(S_colour)' }] }),
        container('later-source', { envFrom: [{ configMapRef: { name: 'cm' } }, { secretRef: { name: 's' } }] }),
        container('fields', {
          env: [
            ...['metadata.name', 'metadata.namespace', 'metadata.uid', 'spec.nodeName', 'spec.serviceAccountName', 'status.podIP', 'status.podIPs', 'status.hostIP', 'status.hostIPs'].map((path) => field(path, path)),
            field('label', "metadata.labels['tier']"), field('annotation', "metadata.annotations['note']"), field('none', "metadata.labels['none']"),
          ],
        }),
        container('address', { command: ['sh', '-c', 'ip -4 -o addr show dev eth0'] }),
        container('sizes', {
          resources,
          env: [size('cpu', 'limits.cpu'), size('milli', 'limits.cpu', '1m'), size('request', 'requests.cpu', '1m'), size('mebi', 'limits.memory', '1Mi'), size('bytes', 'requests.memory'), size('disk', 'limits.ephemeral-storage'), size('huge', 'limits.hugepages-2Mi'),
            size('nodeCpu', 'limits.cpu', '1', 'address'), size('nodeMemory', 'limits.memory', undefined, 'address')],
        }),
      ], 'nobody');
      await pod.untilPhase('Succeeded');
    });
    afterAll(() => pod.delete());

    test('P13: values see those before them, and $$ is one $', async () => {
      expect(await environmentOf(pod, 'expanded')).toEqual({ a: '1', b: '<1> $(a) $(later) $(b)', later: '2' });
    });

    test('P14: keys of ConfigMaps and Secrets are variables, byte for byte; what is optional may be missing', async () => {
      expect(await environmentOf(pod, 'keys')).toEqual({ colour: 'teal', password: `"it's" $HOME; \`x\`\n`, raw: '$(colour)', both: 'teal-$(noKey)' });
    });

    test('P15: envFrom gives all text keys, with a prefix, under env and over earlier sources', async () => {
      const map = { colour: 'teal', 'BAD-NAME.txt': 'odd', raw: '$(colour)' };
      const password = `"it's" $HOME; \`x\`\n`;
      expect(await environmentOf(pod, 'sources')).toEqual({ ...map, S_password: password, S_colour: 'mine, not red' });
      expect(await environmentOf(pod, 'later-source')).toEqual({ ...map, password, colour: 'red' });
    });

    test('P16: a container is told of its pod: names, label, annotation, node, and the address it really has', async () => {
      const [, address] = /inet ([\d.]+)\//.exec(await pod.log('address')) ?? [];
      expect(address).toMatch(/^10\.213\./);
      expect(await environmentOf(pod, 'fields')).toEqual({
        'metadata.name': 'test', 'metadata.namespace': 'default', 'metadata.uid': pod.uid, 'spec.nodeName': 'virtual-kubelet', 'spec.serviceAccountName': 'default',
        'status.podIP': address, 'status.podIPs': address, 'status.hostIP': '192.0.2.1', 'status.hostIPs': '192.0.2.1', label: '1', annotation: 'said "so"', none: '',
      });
    });

    test('P17: a container is told of its resources by the divisor, and of the node where it has no limit', async () => {
      const { cpus, memoryBytes } = await node.engine.info();
      expect(await environmentOf(pod, 'sizes')).toEqual({ cpu: '2', milli: '1500', request: '250', mebi: '64', bytes: String(64 * 2 ** 20), disk: '0', huge: '0', nodeCpu: String(cpus), nodeMemory: String(memoryBytes) });
    });

    test('P14: the record keeps values and no references, and nothing else of the engine shows a secret', async () => {
      const { Config } = await node.engine.inspectContainer(sandboxName(pod.pod, 'accepted'));
      const { containers } = (await decodeRecord(Config.Env ?? [])).pod.spec;
      expect(containers.filter(({ env, envFrom }) => envFrom ?? env?.some(({ valueFrom }) => valueFrom))).toEqual([]);
      expect(JSON.stringify({ ...Config, Env: [] })).not.toContain('$HOME');
    });
  });

  test('P13: beside a virtual kubelet with SkipDownwardAPIResolution, $(VAR) in values is replaced here', async () => {
    const env = [{ name: 'url', value: '$(user):$(S_colour)@$$(user)' }, { name: 'user', value: 'me' }, from('missing', { secretKeyRef: { name: 'gone', key: 'k', optional: true } })];
    const pod = await run([container('main', { envFrom: [{ prefix: 'S_', secretRef: { name: 's' } }], env })], 'interlink', skipping);
    await pod.untilPhase('Succeeded');
    expect(await environmentOf(pod, 'main')).toEqual({ url: 'me:red@$(user)', user: 'me', S_password: `"it's" $HOME; \`x\`\n`, S_colour: 'red' });
    await pod.delete();
  });

  test.each<[row: string, field: string, container: Partial<Container>]>([
    ['P14', 'env[0].valueFrom.secretKeyRef', { env: [from('x', { secretKeyRef: { name: 'gone', key: 'k' } })] }],
    ['P14', 'env[0].valueFrom.configMapKeyRef.key', { volumeMounts: MOUNTS, env: [from('x', { configMapKeyRef: { name: 'cm', key: 'blob' } })] }],
    ['P15', 'envFrom[0].configMapRef', { envFrom: [{ configMapRef: { name: 'gone' } }] }],
    ['P16', 'env[0].valueFrom.fieldRef.fieldPath', { env: [from('x', { fieldRef: { fieldPath: 'status.phase' } })] }],
    ['P17', 'env[0].valueFrom.resourceFieldRef', { env: [from('x', { resourceFieldRef: { resource: 'limits.cpu', containerName: 'gone' } })] }],
  ])('%s: what %s means and is not there is refused by name, and leaves nothing', async (_row, field, more) => {
    const before = await podObjects(node, engine);
    await expect(run([container('main', more)], 'nobody')).rejects.toMatchObject({ name: 'PluginRefused', status: 400, message: expect.stringContaining(`pod.spec.containers[0].${field}: `) as string });
    expect(await podObjects(node, engine)).toEqual(before);
  });
});
