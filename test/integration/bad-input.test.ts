import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type CreateBody, makeStamp, toCreateBody } from '../../src/caller/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { callNode, podObjects } from '../support/raw-calls.js';
import { podFile, shell, shellPod, TestNode } from '../support/test-node.js';

jest.setTimeout(120_000);

/** A pod that would run, with one ConfigMap, one Secret and one projected volume. */
function goodBody(): CreateBody {
  const objects = { configMaps: [{ metadata: { name: 'settings', namespace: 'default' }, data: { word: 'yes' } }], secrets: [{ metadata: { name: 'access', namespace: 'default' }, data: { key: 'eWVz' } }] };
  const volumes = [
    { name: 'config', configMap: { name: 'settings', items: [{ key: 'word', path: 'word' }] } },
    { name: 'secret', secret: { secretName: 'access' } },
    { name: 'both', projected: { sources: [{ configMap: { name: 'settings' } }] } },
  ];
  const volumeMounts = volumes.map(({ name }) => ({ name, mountPath: `/${name}` }));
  return toCreateBody(podFile({ volumes, containers: [shell('main', 'cat /*/word', { volumeMounts })] }, objects), makeStamp(new Date()));
}

/** The text of a good body with one part of it replaced, so that whatever a caller could write can be written. */
function spoilt(from: string | RegExp, to: string): string {
  const text = JSON.stringify(goodBody());
  const changed = text.replace(from, () => to);
  if (changed === text) throw new Error(`${String(from)} is not in ${text}`);
  return changed;
}

/** Does not compress. */
const noise = (bytes: number): string => randomBytes(bytes / 2).toString('hex');

describeWithEngine('what a caller may get wrong', (engine) => {
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine);
  });
  afterAll(async () => {
    await node.remove();
  });

  test('the body that is spoilt below is a good one', async () => {
    const pod = await node.create(goodBody());
    await pod.untilPhase('Succeeded');
    expect(await pod.log()).toBe('yesyes');
    await pod.delete();
  });

  test.each<[name: string, body: () => string, status: number, names: string | RegExp]>([
    ['nothing', () => '', 400, 'pod is required'],
    ['text that is not JSON', () => '{"pod": ', 400, 'not a JSON object'],
    ['a word', () => '"pod"', 400, 'not a JSON object'],
    ['an empty list', () => '[]', 400, 'request body'],
    ['no pod', () => '{"container":[]}', 400, 'pod is required'],
    ['a pod of null', () => '{"pod":null}', 400, /^pod /],
    ['no metadata', () => spoilt('"metadata":{', '"other":{'), 400, 'pod.metadata'],
    ['no spec', () => spoilt('"spec":{', '"other":{'), 400, 'pod.spec'],
    ['no containers', () => spoilt('"containers":[', '"containers":[],"other":['), 400, 'pod.spec.containers'],
    ['containers that are no list', () => spoilt('"containers":[', '"containers":7,"other":['), 400, 'pod.spec.containers'],
    ['an image that is a number', () => spoilt('"image":"busybox:1.36"', '"image":1'), 400, 'pod.spec.containers[0].image'],
    ['no image', () => spoilt('"image":"busybox:1.36",', ''), 400, 'pod.spec.containers[0].image'],
    ['an image that is no name', () => spoilt('"image":"busybox:1.36"', '"image":"Not A:Name"'), 400, 'pod.spec.containers[0].image'],
    ['an image with a path trick', () => spoilt('"image":"busybox:1.36"', '"image":"../../containers/json?all=1#"'), 400, 'pod.spec.containers[0].image'],
    ['a command that is a text', () => spoilt('"command":["sh"', '"command":"sh","other":["sh"'), 400, 'pod.spec.containers[0].command'],
    ['a NUL in the command', () => spoilt('cat /*/word', 'cat \\u0000'), 400, 'pod.spec.containers[0].command[2]'],
    ['a restart policy that there is not', () => spoilt('"restartPolicy":"Never"', '"restartPolicy":"Sometimes"'), 400, 'pod.spec.restartPolicy'],
    ['a name with a slash', () => spoilt('"name":"test"', '"name":"a/b"'), 400, 'pod.metadata.name'],
    ['a name with an underscore', () => spoilt('"name":"test"', '"name":"a_b"'), 400, 'pod.metadata.name'],
    ['a namespace with a slash', () => spoilt('"namespace":"default"', '"namespace":"a/b"'), 400, 'pod.metadata.namespace'],
    ['a namespace with an underscore', () => spoilt('"namespace":"default"', '"namespace":"a_b"'), 400, 'pod.metadata.namespace'],
    ['a UID with an underscore', () => spoilt(/"uid":"[^"]*"/, '"uid":"a_0_deleting"'), 400, 'pod.metadata.uid'],
    ['a UID with a slash', () => spoilt(/"uid":"[^"]*"/, '"uid":"../x"'), 400, 'pod.metadata.uid'],
    ['a container name with an underscore', () => spoilt('"containers":[{"', '"containers":[{"name":"a_b","image":"busybox:1.36"},{"'), 400, 'pod.spec.containers[0].name'],
    ['two containers of one name', () => spoilt('"containers":[{"', '"containers":[{"name":"main","image":"busybox:1.36"},{"'), 400, 'pod.spec.containers[1].name'],
    ['the name of an init container again', () => spoilt('"containers":[{"', '"initContainers":[{"name":"main","image":"busybox:1.36"}],"containers":[{"'), 400, /pod\.spec\.(initContainers|containers)\[0\]\.name/],
    ['a volume name with a slash', () => spoilt('"volumes":[{"', '"volumes":[{"name":"a/b","emptyDir":{}},{"'), 400, 'pod.spec.volumes[0].name'],
    ['a mount without a volume', () => spoilt('"mountPath":"/config"', '"mountPath":"/config"},{"name":"gone","mountPath":"/gone"'), 400, 'pod.spec.containers[0].volumeMounts[1].name'],
    ['a mount that is not absolute', () => spoilt('"mountPath":"/config"', '"mountPath":"config"'), 400, 'pod.spec.containers[0].volumeMounts[0].mountPath'],
    ['a mount over everything', () => spoilt('"mountPath":"/config"', '"mountPath":"/x/.."'), 400, 'pod.spec.containers[0].volumeMounts[0].mountPath'],
    ['a memory limit under the engine\'s least', () => spoilt('"resources":{}', '"resources":{"limits":{"memory":"1Mi"}}'), 400, 'pod.spec.containers[0].resources.limits.memory'],
    ['a quantity that is none', () => spoilt('"resources":{}', '"resources":{"limits":{"cpu":"many"}}'), 400, 'pod.spec.containers[0].resources.limits.cpu'],
    ['a ConfigMap that did not come', () => spoilt('"configMaps":[{', '"configMaps":null,"other":[{'), 400, 'pod.spec.volumes[0].configMap.name "settings"'],
    ['a key that did not come', () => spoilt('"data":{"word":"yes"}', '"data":{"other":"yes"}'), 400, 'pod.spec.volumes[0].configMap.items[0].key "word"'],
    ['a Secret that did not come', () => spoilt('"secrets":[{', '"secrets":null,"other":[{'), 400, 'pod.spec.volumes[1].secret.secretName "access"'],
    ['a Secret that is not base64', () => spoilt('"key":"eWVz"', '"key":"not base64!"'), 400, 'container[0].secrets[0].data.key'],
    ['a key that climbs', () => spoilt('"data":{"word":"yes"}', '"data":{"word":"yes","../x":"y"}'), 400, 'container[0].configMaps[0].data["../x"]'],
    ['an absolute key', () => spoilt('"data":{"key":"eWVz"}', '"data":{"/abs":"eWVz"}'), 400, 'container[0].secrets[0].data["/abs"]'],
    ['a key with a NUL', () => spoilt('"data":{"key":"eWVz"}', '"data":{"a\\u0000b":"eWVz"}'), 400, 'container[0].secrets[0].data["a\\u0000b"]'],
    ['a key that is the layout\'s own', () => spoilt('"data":{"key":"eWVz"}', '"data":{"..data":"eWVz"}'), 400, 'container[0].secrets[0].data["..data"]'],
    ...['../x', 'a/../../x', '/abs', 'a\\u0000b', '..data', ''].flatMap((path): [string, () => string, number, string | RegExp][] => [
      [`an item at ${path}`, () => spoilt('"path":"word"', `"path":"${path}"`), 400, 'pod.spec.volumes[0].configMap.items[0].path'],
      [`a projected file at ${path}`, () => spoilt(/("projectedvolumemaps":\[\{[^[]*?"data":\{)"word"/, `"projectedvolumemaps":[{"metadata":{"name":"both"},"data":{"${path}"`), 400, 'container[0].projectedvolumemaps[0].data['],
    ]),
    ['too much for the record', () => spoilt('"metadata":{', `"metadata":{"annotations":{"small":"x","large":"${noise(1_500_000)}"},`), 413, 'pod.metadata.annotations.large'],
    ['20 MiB', () => spoilt('"metadata":{', `"metadata":{"annotations":{"large":"${noise(20 * 1024 * 1024)}"},`), 413, 'request body is larger than 16777216 bytes'],
  ])('%s: refused by name, and nothing is created', async (_name, body, status, names) => {
    const answer = await callNode(node, 'POST', '/create', body());
    expect([answer.status, answer.text]).toEqual([status, (typeof names === 'string' ? expect.stringContaining(names) : expect.stringMatching(names)) as string]);
    expect(answer.text.length).toBeLessThan(2000);
    expect(await podObjects(node, engine)).toEqual([]);
  });

  test.each<[method: string, path: string, body: string, names: string]>([
    ['POST', '/delete', '{}', 'metadata'],
    ['POST', '/delete', '[]', 'request body'],
    ['POST', '/delete', '{"metadata":{"name":"a","namespace":"b","uid":"c/d"},"spec":{"containers":[{"name":"a","image":"b"}]}}', 'metadata.uid'],
    ['GET', '/status', '{}', 'request body'],
    ['GET', '/status', '[{"metadata":{}}]', '[0]'],
    ['GET', '/getLogs', '{}', 'PodUID'],
    ['GET', '/getLogs', '{"PodUID":"a","PodName":"b","Namespace":"c","ContainerName":"","Opts":{"Tail":-1}}', 'Opts.Tail'],
    ['GET', '/getLogs', '{"PodUID":"a","PodName":"b","Namespace":"c","ContainerName":"","Opts":{"SinceTime":"yesterday"}}', 'Opts.SinceTime'],
  ])('%s %s with %s is refused by name', async (method, path, body, names) => {
    const answer = await callNode(node, method, path, body);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(names) as string]);
  });

  test('a body that is compressed to hide its size is measured as it is', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '));
    const answer = await callNode(node, 'POST', '/create', bomb, { headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' } });
    expect([answer.status, answer.text]).toEqual([413, expect.stringContaining('larger than 16777216 bytes') as string]);
    expect(await podObjects(node, engine)).toEqual([]);
  });

  test('after all of it the server serves on', async () => {
    const pod = await node.create(shellPod('echo it does'));
    await pod.untilPhase('Succeeded');
    expect(await pod.log()).toBe('it does\n');
    await pod.delete();
  });
});
