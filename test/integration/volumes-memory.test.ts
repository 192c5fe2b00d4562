import type { PodSpec, Volume } from '../../src/kube/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { podFile, shell, TestNode } from '../support/test-node.js';

jest.setTimeout(120_000);

describeWithEngine('volumes in memory', (engine) => {
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine);
  });
  afterAll(() => node.remove());

  /** The output of a script in a pod with these volumes, each at `/v/<name>`. */
  async function look(volumes: readonly Volume[], script: string, spec: Partial<PodSpec> = {}, container: Partial<PodSpec['containers'][number]> = {}): Promise<string> {
    const volumeMounts = volumes.map(({ name }) => ({ name, mountPath: `/v/${name}` }));
    const pod = await node.create(podFile({ volumes: [...volumes], containers: [shell('main', script, { volumeMounts, ...container })], ...spec }));
    await pod.untilPhase('Succeeded');
    const log = await pod.log();
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
    return log;
  }

  test('P20: an emptyDir in memory is a tmpfs of its size: what goes over it fails, and the rest goes on', async () => {
    const script = [
      'awk \'$2 == "/v/small" { print $3 }\' /proc/mounts',
      'stat -c "%a %u:%g" /v/small',
      'df -k /v/small | awk \'NR == 2 { print $2 }\'',
      'dd if=/dev/zero of=/v/small/fits bs=1k count=900 2>/dev/null && echo fits',
      'dd if=/dev/zero of=/v/small/over bs=1k count=900 2>&1 | grep -o "No space left"',
      'rm /v/small/*; echo again > /v/small/file && cat /v/small/file',
    ].join('\n');
    expect(await look([{ name: 'small', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }], script)).toBe('tmpfs\n1777 0:0\n1024\nfits\nNo space left\nagain\n');
  });

  test('P20: without a limit of its own it has the pod\'s memory; with one, the smaller of both', async () => {
    const volumes: Volume[] = [
      { name: 'none', emptyDir: { medium: 'Memory' } },
      { name: 'larger', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
      { name: 'smaller', emptyDir: { medium: 'Memory', sizeLimit: '4Mi' } },
    ];
    const script = 'df -k /v/* | awk \'NR > 1 { print $6, $2 }\'';
    expect(await look(volumes, script, {}, { resources: { limits: { memory: '64Mi' } } })).toBe('/v/larger 65536\n/v/none 65536\n/v/smaller 4096\n');
  });

  test('P20: its containers share it, and it outlives their restarts', async () => {
    const volumes: Volume[] = [{ name: 'memory', emptyDir: { medium: 'Memory' } }];
    const volumeMounts = [{ name: 'memory', mountPath: '/m' }];
    const restarting = shell('main', 'echo run >> /m/runs; [ $(wc -l < /m/runs) -ge 3 ] && cat /m/runs && touch /m/done', { volumeMounts });
    const other = shell('other', 'while [ ! -e /m/done ]; do sleep 0.1; done; wc -l < /m/runs', { volumeMounts });
    const pod = await node.create(podFile({ restartPolicy: 'OnFailure', volumes, initContainers: [shell('init', 'echo run > /m/runs', { volumeMounts })], containers: [restarting, other] }));
    await pod.untilPhase('Succeeded', 60_000);
    expect([await pod.log('main'), await pod.log('other')]).toEqual(['run\nrun\nrun\n', '3\n']);
    await pod.delete();
  });

  test('P40: at /dev/shm it takes the place of the engine\'s own, for every container that mounts it', async () => {
    const volumes: Volume[] = [{ name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '80Mi' } }];
    const volumeMounts = [{ name: 'shm', mountPath: '/dev/shm' }];
    const script = 'grep -c " /dev/shm " /proc/mounts; df -k /dev/shm | awk \'NR == 2 { print $2 }\'';
    const pod = await node.create(
      podFile({ volumes, containers: [shell('one', `${script}; echo shared > /dev/shm/file`, { volumeMounts }), shell('two', `${script}; until [ -s /dev/shm/file ]; do sleep 0.1; done; cat /dev/shm/file`, { volumeMounts })] }),
    );
    await pod.untilPhase('Succeeded');
    expect([await pod.log('one'), await pod.log('two')]).toEqual(['1\n81920\n', '1\n81920\nshared\n']);
    await pod.delete();
  });

  test('P20: huge pages are a hugetlbfs of the size that is named', async () => {
    const script = 'awk \'$2 == "/v/huge" { print $3, $4 }\' /proc/mounts; stat -c %a /v/huge';
    expect(await look([{ name: 'huge', emptyDir: { medium: 'HugePages-2Mi' } }], script)).toMatch(/^hugetlbfs \S*pagesize=2M\S*\n777\n$/);
  });
});
