import { describeWithEngine } from '../support/engine-under-test.js';
import { podFile, shell, TestNode } from '../support/test-node.js';

jest.setTimeout(120_000);

/** A program that waits for a file that another container makes. */
const until = (file: string): string => `until [ -e ${file} ]; do sleep 0.1; done`;

describeWithEngine('what the containers of a pod share', (engine) => {
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine);
  });
  afterAll(() => node.remove());

  const volumeMounts = [{ name: 'work', mountPath: '/work' }];
  const volumes = [{ name: 'work', emptyDir: {} }];

  test('P75: processes of all are seen by all, and what is left without a parent is reaped', async () => {
    const orphan = 'sh -c "sleep 1 & echo \\$! > /work/pid"; mv /work/pid /work/orphan';
    const watch = [
      until('/work/orphan'),
      'orphan=$(cat /work/orphan)',
      'echo orphan of $(awk "/^PPid:/ { print \\$2 }" /proc/$orphan/status)',
      'while [ -d /proc/$orphan ]; do sleep 0.1; done',
      'echo reaped, zombies: $(grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null | wc -l)',
      'echo others: $(cat /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" " " | grep -c "found by its name")',
      'touch /work/done',
    ].join('; ');
    const pod = await node.create(
      podFile({
        shareProcessNamespace: true,
        volumes,
        containers: [
          shell('parent', `: found by its name; ${orphan}; ${until('/work/done')}`, { volumeMounts }),
          shell('watch', watch, { volumeMounts }),
        ],
      }),
    );
    await pod.untilPhase('Succeeded');
    expect(await pod.log('watch')).toBe('orphan of 1\nreaped, zombies: 0\nothers: 1\n');
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });

  test.each<[who: string, runAsUser: number]>([['root', 0], ['the user that the sandbox has', 65_535], ['anybody', 1000]])('P75: the record of the pod is not to be read by %s', async (_who, runAsUser) => {
    const script = 'for file in environ mem maps; do cat /proc/1/$file 2>&1 && echo open; done; for file in root cwd; do ls /proc/1/$file/ 2>&1 && echo open; done; tr "\\0" "\\n" < /proc/self/environ | grep -c INTERLINK_RECORD; true';
    const pod = await node.create(podFile({ shareProcessNamespace: true, volumes, securityContext: { runAsUser }, containers: [shell('main', script, { volumeMounts, securityContext: { allowPrivilegeEscalation: true } })] }));
    await pod.untilPhase('Succeeded');
    const log = await pod.log();
    expect(log).not.toContain('open\n');
    expect(log.match(/Permission denied/g)?.length).toBe(5);
    expect(log.trimEnd().split('\n').at(-1)).toBe('0');
    await pod.delete();
  });

  test('P75: without it each container has its own processes; IPC, network and host name are shared all the same', async () => {
    const pod = await node.create(
      podFile({
        volumes,
        containers: [
          shell('one', `echo mine > /dev/shm/word; hostname > /work/name; touch /work/ready; ${until('/work/done')}; echo process $$$$`, { volumeMounts }),
          shell('two', `${until('/work/ready')}; cat /dev/shm/word; [ "$(hostname)" = "$(cat /work/name)" ] && echo same name; touch /work/done; echo process $$$$`, { volumeMounts }),
        ],
      }),
    );
    await pod.untilPhase('Succeeded');
    expect([await pod.log('one'), await pod.log('two')]).toEqual(['process 1\n', 'mine\nsame name\nprocess 1\n']);
    await pod.delete();
  });

  test('P75: a container that is stopped takes no other with it', async () => {
    const pod = await node.create(
      podFile({
        restartPolicy: 'Always',
        shareProcessNamespace: true,
        containers: [shell('stays', 'exec sleep 600'), shell('ends', 'sleep 0.5; exit 3')],
      }),
    );
    const { containers } = await pod.until((seen) => (seen.containers[1]?.restartCount ?? 0) >= 1);
    expect(containers[0]).toMatchObject({ restartCount: 0, state: { running: expect.anything() as object } });
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });
});
