import type { PodSpec } from '../../src/kube/index.js';
import { describeWithEngine, uniqueNode } from '../support/engine-under-test.js';
import { HurriedClock } from '../support/hurried-clock.js';
import { podFile, shell, shellPod, TestNode } from '../support/test-node.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(120_000);

const FILE = '/dev/termination-log';
const UNTIL_TIDIED_MS = 61_000;
type Container = PodSpec['containers'][number];

describeWithEngine('the last words of a container', (engine) => {
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine);
  });
  afterAll(() => node.remove());

  const saying = (name: string, script: string, more: Partial<Container> = {}): Container => shell(name, script, more);

  /** Each container's exit code and message, as soon as it is told as ended. */
  async function endsOf(containers: Container[]): Promise<Record<string, [number | undefined, string | undefined]>> {
    const pod = await node.create(podFile({ containers }));
    const told: Record<string, [number | undefined, string | undefined]> = {};
    await pod.until(({ containers: statuses }) => {
      for (const { name, state } of statuses) if (state?.terminated) told[name] ??= [state.terminated.exitCode, state.terminated.message];
      return Object.keys(told).length === containers.length;
    });
    await pod.delete();
    return told;
  }

  test('P74: what is written into its file is its message, from the first time that its end is told', async () => {
    const nonRoot = { runAsUser: 1000, runAsGroup: 1000, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } };
    const told = await endsOf([
      saying('failed', `printf 'all is lost: 7\\n' > ${FILE}; exit 3`),
      saying('succeeded', `printf done > ${FILE}`),
      saying('silent', 'exit 4'),
      saying('elsewhere', 'printf here > /tmp/deep/words; exit 5', { terminationMessagePath: '/tmp/deep/words' }),
      saying('nobody', `printf mine > ${FILE}; exit 6`, { securityContext: nonRoot }),
      saying('in-color', `printf 'ünïcode \\377' > ${FILE}`),
    ]);
    expect(told).toEqual({
      failed: [3, 'Error: all is lost: 7\n'],
      succeeded: [0, 'Completed: done'],
      silent: [4, undefined],
      elsewhere: [5, 'Error: here'],
      nobody: [6, 'Error: mine'],
      'in-color': [0, 'Completed: ünïcode \uFFFD'],
    });
  });

  test('P74: a container that failed without a word has its log speak for it, where it says so', async () => {
    const fallsBack = { terminationMessagePolicy: 'FallbackToLogsOnError' };
    const told = await endsOf([
      saying('failed', 'echo out; echo err >&2; exit 3', fallsBack),
      saying('succeeded', 'echo out', fallsBack),
      saying('spoke', `echo out; printf words > ${FILE}; exit 3`, fallsBack),
      saying('plain', 'echo out; exit 3'),
      saying('lines', 'for n in $(seq 1 100); do echo $n; done; exit 3', fallsBack),
    ]);
    const bytes = await endsOf([saying('main', 'head -c 5000 /dev/zero | tr "\\0" a; echo end; exit 3', fallsBack)]);
    expect([told['failed']?.[0], told['failed']?.[1]?.replace('Error: ', '').split('\n').sort()]).toEqual([3, ['', 'err', 'out']]);
    expect([told['succeeded'], told['spoke'], told['plain']]).toEqual([[0, undefined], [3, 'Error: words'], [3, undefined]]);
    expect(told['lines']?.[1]).toBe(`Error: ${Array.from({ length: 80 }, (_, index) => `${index + 21}\n`).join('')}`);
    expect(bytes['main']?.[1]).toBe(`Error: ${'a'.repeat(2044)}end\n`);
  });

  test('P74: a message is the last 4096 bytes, and all those of a pod are 12 kB', async () => {
    const long = `head -c 6000 /dev/zero | tr "\\0" a > ${FILE}; printf end >> ${FILE}; exit 1`;
    const one = await endsOf([saying('main', long)]);
    expect(one['main']?.[1]).toBe(`Error: ${'a'.repeat(4093)}end`);
    const four = await endsOf(['a', 'b', 'c', 'd'].map((name) => saying(name, long)));
    expect(Object.values(four).map(([, message]) => message)).toEqual(Array(4).fill(`Error: ${'a'.repeat(3072 - 'Error: '.length)}`));
  });

  test('P74: each attempt has a file of its own, and its words stay with it', async () => {
    const script = `[ -s ${FILE} ] && exit 9; printf "attempt $(cat /work/n 2>/dev/null)" > ${FILE}; [ -f /work/n ] && exit 0; printf 2 > /work/n; exit 5`;
    const mounts = { volumeMounts: [{ name: 'work', mountPath: '/work' }] };
    const pod = await node.create(shellPod(script, { restartPolicy: 'OnFailure', volumes: [{ name: 'work', emptyDir: {} }] }, mounts));
    const { containers } = await pod.untilPhase('Succeeded');
    expect(containers[0]).toMatchObject({ restartCount: 1, state: { terminated: { message: 'Completed: attempt 2' } }, lastState: { terminated: { exitCode: 5, message: 'Error: attempt ' } } });
    await pod.delete();
  });

  test('P74: files whose volume somebody removed are made again', async () => {
    const volumes = await node.engine.listVolumes([`interlink.eu/node=${node.name}`, 'io.kubernetes.docker.type=messages']);
    expect(volumes).not.toEqual([]);
    for (const { Name } of volumes) {
      await node.engine.removeContainer(Name);
      await node.engine.removeVolume(Name);
    }
    expect(await endsOf([saying('main', `printf words > ${FILE}; exit 1`)])).toEqual({ main: [1, 'Error: words'] });
  });
});

describeWithEngine('the last words of a container, and a plugin that comes and goes', (engine) => {
  test('P74: they are read by the next plugin, and nothing of them stays when the pod has gone', async () => {
    const name = uniqueNode();
    const first = await TestNode.start(engine, { node: name });
    const pod = await first.create(shellPod(`printf words > ${FILE}; echo ready; exec sleep 1000`));
    const big = await first.create(shellPod(`head -c 20000000 /dev/zero > ${FILE}; echo ready; sleep 1000`));
    await Promise.all([pod.untilLogged('ready'), big.untilLogged('ready')]);
    const id = ((await pod.containerStatus('main')).containerID ?? '').replace('docker://', '');
    await first.stop();
    await first.engine.stopContainer(id, 0);
    const clock = new HurriedClock();
    const second = await TestNode.start(engine, { node: name, clock });
    try {
      await second.know(big).until(({ containers }) => containers[0]?.state?.running !== undefined);
      const { containers } = await second.know(pod).untilPhase('Failed');
      expect(containers[0]?.state?.terminated).toMatchObject({ exitCode: 137, message: 'Error: words' });
      await second.know(pod).delete();
      await second.know(big).delete();
      // Those of the first plugin; the second one has made none.
      await untilHolds(async () => {
        clock.advance(UNTIL_TIDIED_MS);
        expect(await second.engine.listVolumes([`interlink.eu/node=${name}`])).toEqual([]);
      });
      expect(await second.engine.listContainers([`interlink.eu/node=${name}`, 'io.kubernetes.docker.type=messages'])).toEqual([]);
    } finally {
      await second.remove();
    }
  });
});
