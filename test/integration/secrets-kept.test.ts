import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { makeStamp, PluginCaller, toCreateBody } from '../../src/caller/index.js';
import type { CreateBody } from '../../src/caller/index.js';
import { ensureBusybox } from '../support/busybox.js';
import { call, openCall } from '../support/endpoint.js';
import { describeWithEngine, objectsOfNode, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { PluginProcess } from '../support/plugin-process.js';
import { podFile, shell, TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

const secretValue = (what: string): string => `${what}-${randomBytes(12).toString('hex')}`;
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Every process of this host, by its words. */
function processList(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return ''; // it has ended
      }
    })
    .join('\n');
}

describeWithEngine('P55: a secret value', (engine) => {
  const node = uniqueNode('kept');
  const inEnv = secretValue('env');
  const inFile = secretValue('file');
  const events: string[] = [];
  const watching = new AbortController();
  let plugin: PluginProcess;
  let caller: PluginCaller;
  let token = '';

  beforeAll(async () => {
    await ensureBusybox(engine.endpoint);
    const stream = await openCall(engine.endpoint, 'GET', '/events', { signal: watching.signal });
    stream.setEncoding('utf8').on('data', (text: string) => events.push(text)).on('error', () => undefined);
    plugin = await PluginProcess.start({ dockerHost: engine.dockerHost, node, env: { VERBOSELOGGING: 'true' } });
    caller = new PluginCaller(plugin.url);
  });
  afterAll(async () => {
    watching.abort();
    await plugin.remove();
    await purgeNode(node, engine.endpoint);
  });

  /** A pod with the secrets in it, that does what its containers say. */
  function bodyOf(containers: ReturnType<typeof shell>[], spec: object = {}): CreateBody {
    const file = podFile(
      {
        automountServiceAccountToken: true,
        volumes: [{ name: 'files', secret: { secretName: 'access' } }],
        containers: containers.map((one) => ({ ...one, envFrom: [{ secretRef: { name: 'login' } }], volumeMounts: [{ name: 'files', mountPath: '/files' }] })),
        ...spec,
      },
      {
        secrets: [
          { metadata: { name: 'login', namespace: 'default' }, data: { PASSWORD: base64(inEnv) } },
          { metadata: { name: 'access', namespace: 'default' }, data: { key: base64(inFile) } },
        ],
      },
    );
    const body = toCreateBody(file, makeStamp(new Date()));
    token = Object.values(body.container[0]?.projectedvolumemaps?.[0]?.data ?? {}).find((text) => text.startsWith('ey') || text.length > 40) ?? '';
    return body;
  }

  /** The values, and what they look like where files and requests are written. */
  const forms = (): string[] => [inEnv, inFile, token].flatMap((value) => [value, base64(value), base64(value).replace(/=+$/, '')]);
  const shownIn = (text: string): string[] => forms().filter((form) => text.includes(form));

  async function create(body: CreateBody): Promise<TestPod> {
    return new TestPod(caller, body, (await caller.create(body)).PodJID);
  }

  test('P55: reaches its container, and no process list, label, row of a list or event on the way', async () => {
    const pod = await create(bodyOf([shell('main', 'echo $(cat /files/key) $PASSWORD | md5sum; cat /var/run/secrets/kubernetes.io/serviceaccount/token | md5sum; exec sleep 600'), shell('fails', 'exit 3')]));
    await pod.until(({ containers: [main, fails] }) => main?.state?.running !== undefined && fails?.state?.terminated !== undefined);
    expect(token.length).toBeGreaterThan(20);
    const sums = await eventually(async () => {
      const found = (await pod.log('main')).match(/[0-9a-f]{32}/g);
      return found?.length === 2 && found;
    });
    expect(sums).toEqual([md5(`${inFile} ${inEnv}\n`), md5(token)]);
    const { containers, volumes } = await objectsOfNode(node, engine.endpoint);
    // With the node's claim, and the files for last words.
    expect([containers.length, volumes.length]).toEqual([5, 3]);
    for (const path of ['/containers/json?all=1', '/volumes', '/networks']) expect(shownIn((await call(engine.endpoint, 'GET', path)).text)).toEqual([]);
    for (const id of containers) {
      const { Config, ...rest } = (await call(engine.endpoint, 'GET', `/containers/${id}/json`)).json() as { Config: { Env: unknown } };
      expect(shownIn(JSON.stringify({ ...rest, Config: { ...Config, Env: [] } }))).toEqual([]);
    }
    expect(shownIn(processList())).toEqual([]);
    expect(shownIn(JSON.stringify(await pod.status()))).toEqual([]);
    await pod.delete();
    expect(events.join('')).toContain(pod.uid);
  });

  test('P55: is in no word of what fails', async () => {
    const failing = await create(
      bodyOf([
        shell('absent', '', { command: ['/no/such/command'] }),
        shell('refused', 'true', { securityContext: { runAsNonRoot: true } }),
        shell('unpulled', 'true', { image: '127.0.0.1:1/nothing:1', imagePullPolicy: 'Always' }),
      ]),
    );
    const said = await failing.until(({ containers: [absent, refused, unpulled] }) => absent?.state?.terminated !== undefined && refused?.state?.waiting?.reason === 'CreateContainerConfigError' && /Image/.test(unpulled?.state?.waiting?.reason ?? ''));
    expect(shownIn(JSON.stringify(said))).toEqual([]);
    await failing.delete();
  });

  test.each<[why: string, change: (body: string) => string, status: number]>([
    ['its level', (body) => body.replace('"restartPolicy":"Never"', '"restartPolicy":"Never","hostPID":true'), 403],
    ['a value', (body) => body.replace('"restartPolicy":"Never"', '"restartPolicy":"Sometimes"'), 400],
    ['a variable', (body) => body.replace(inEnv, `${inEnv}\\u0000`), 400],
    ['the name of a variable', (body) => body.replace('"PASSWORD"', '"PASS=WORD"'), 400],
    ['the type of a variable', (body) => body.replace(`"${inEnv}"`, `["${inEnv}"]`), 400],
    ['its size', (body) => body.replace(inEnv, inEnv + randomBytes(60_000).toString('hex')).replaceAll(/"name":"main"/g, `"name":"main","args":${JSON.stringify(Array.from({ length: 12 }, () => randomBytes(60_000).toString('hex')))}`), 413],
    ['its text, which is no JSON', (body) => body.replace(`"${inEnv}"`, inEnv), 400],
    ['its files', (body) => body.replace(base64(inFile), `${base64(inFile)}!`), 400],
  ])('P55: is not in the refusal of a pod for %s', async (_why, change, status) => {
    const body = JSON.stringify(bodyOf([shell('main', 'true')]));
    const changed = change(body);
    expect(changed).not.toBe(body);
    const answer = await plugin.call('POST', '/create', changed, { headers: { 'content-type': 'application/json' } });
    expect([answer.status, shownIn(answer.text), answer.text.length > 0]).toEqual([status, [], true]);
  });

  test('P55: is in no line of the log, and in no event of the engine', async () => {
    expect(await plugin.stop()).toBe(0);
    expect(plugin.logLines.length).toBeGreaterThan(10);
    expect(shownIn(plugin.stderr)).toEqual([]);
    expect(events.length).toBeGreaterThan(5);
    expect(shownIn(events.join(''))).toEqual([]);
  });
});
