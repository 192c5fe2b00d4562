import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { toLogBody } from '../../src/caller/index.js';
import { DEFAULT_POLICY, type LogPolicy } from '../../src/docker/node/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { readSummedLog } from '../support/summed-log.js';
import { shellPod, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(300_000);

/** `npm run bench` does it with 1 GiB. */
const MEBIBYTES = 256;
const PACED_MEBIBYTES = 96;
/** Lines of 4000 characters, random ones; then how many, with a hash of all of them. `pause` comes after each 4 MiB. */
const writing = (mebibytes: number, pause: string): string =>
  `head -c 768k /dev/urandom | base64 -w 3999 > /tmp/f; write() { i=0; while [ $i -lt ${mebibytes} ]; do cat /tmp/f; echo $i; i=$((i+1)); [ $((i % 4)) = 0 ] && ${pause}; done; }; { write | sha256sum > /tmp/sum; } & write; wait; echo; cat /tmp/sum`;

describeWithEngine('P90: a log and its rotation', (engine) => {
  const nodes: TestNode[] = [];
  afterAll(() => Promise.all(nodes.map((node) => node.remove())));

  async function start(script: string, logs: Partial<LogPolicy> = {}): Promise<{ node: TestNode; pod: TestPod }> {
    const node = await TestNode.start(engine, { policy: { logs: { ...DEFAULT_POLICY.logs, ...logs } } });
    nodes.push(node);
    const pod = await node.create(shellPod(script));
    await pod.untilPhase('Running');
    return { node, pod };
  }

  const open = ({ node, pod }: { node: TestNode; pod: TestPod }, options: { Follow: boolean }): Promise<Readable> => node.caller.getLogs(toLogBody(pod.pod, 'main', options));

  test(`${MEBIBYTES} MiB arrive byte for byte where the rotation is raised, followed and afterwards`, async () => {
    const scene = await start(writing(MEBIBYTES, 'true'), { maxSizeBytes: 2 ** 30, maxFiles: 3 });
    const followed = await readSummedLog(await open(scene, { Follow: true }));
    expect([followed.isExact, followed.bytes > MEBIBYTES * 2 ** 20]).toEqual([true, true]);
    expect(await readSummedLog(await open(scene, { Follow: false }))).toEqual(followed);
    await scene.pod.delete();
  });

  test('under the default rotation, for a reader that keeps pace', async () => {
    const scene = await start(writing(PACED_MEBIBYTES, 'sleep 2'));
    const followed = await readSummedLog(await open(scene, { Follow: true }));
    expect([followed.isExact, followed.bytes > PACED_MEBIBYTES * 2 ** 20]).toEqual([true, true]);
    await scene.pod.delete();
  });

  test('a reader that does not is told where lines are missing, and gets no line twice', async () => {
    const scene = await start('echo 0; sleep 2; seq 1 400000; touch /tmp/done; sleep 600', { maxSizeBytes: 64 * 1024, maxFiles: 2 });
    const log = await open(scene, { Follow: true });
    const [first] = (await once(log, 'data')) as [Buffer];
    log.pause();
    await eventually(async () => (await scene.pod.log('main')).endsWith('\n400000\n'), { deadlineMs: 120_000 });
    const rest = text(log);
    await scene.pod.delete();
    const lines = (first.toString() + (await rest)).split('\n').slice(0, -1);
    const told = lines.filter((line) => !line.startsWith('[')).map(Number);
    expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
    expect([told[0], told.at(-1), told.length < 400_000]).toEqual([0, 400_000, true]);
    const notices = lines.filter((line) => line.startsWith('['));
    expect(notices.length).toBeGreaterThan(0);
    expect(notices[0]).toMatch(/^\[interlink-docker: lines are missing here: what was written between \S+Z and \S+Z was lost to the rotation of the log before it was read\]$/);
    // Where a line is missing, it is said.
    const breaks = lines.filter((line, index) => !line.startsWith('[') && index > 0 && !(lines[index - 1] ?? '').startsWith('[') && Number(line) !== Number(lines[index - 1]) + 1);
    expect(breaks).toEqual([]);
  });
});
