import { makeStamp, toCreateBody } from '../../src/caller/index.js';
import type { Container, EnvVar } from '../../src/kube/index.js';
import { describeWithEngine } from '../support/engine-under-test.js';
import { podFile, shell, TestNode, type TestPod } from '../support/test-node.js';

jest.setTimeout(120_000);

const ofFile = (name: string, more: Partial<NonNullable<NonNullable<EnvVar['valueFrom']>['fileKeyRef']>> = {}): EnvVar => ({ name, valueFrom: { fileKeyRef: { volumeName: 'work', path: 'config.env', key: name, ...more } } });
/** One that its sender leaves open: so it has expanded nothing. */
const OPEN: EnvVar = { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } };
const MOUNTS = [{ name: 'work', mountPath: '/work' }];

describeWithEngine('P14: variables out of files', (engine) => {
  let node: TestNode;
  beforeAll(async () => {
    node = await TestNode.start(engine);
  });
  afterAll(() => node.remove());

  /** @param script of the init container, which writes the files */
  function create(script: string, container: Container, medium: Record<string, unknown> = {}): Promise<TestPod> {
    const file = podFile({ volumes: [{ name: 'work', emptyDir: medium }, { name: 'other', emptyDir: {} }], initContainers: [shell('init', script, { volumeMounts: [...MOUNTS, { name: 'other', mountPath: '/other' }] })], containers: [container] });
    return node.create(toCreateBody(file, makeStamp(new Date()), 'nobody'));
  }

  const WRITE = `mkdir /work/deep; printf "# made by hand\\nA='one'\\nTWO='a
b'\\n" > /work/config.env; printf "DEEP='%s'" '$(A)' > /work/deep/config.env; chmod 600 /work/config.env`;

  test.each<[medium: string, emptyDir: Record<string, unknown>]>([['on disk', {}], ['in memory', { medium: 'Memory' }]])('a container has the values that an init container wrote, %s', async (_medium, emptyDir) => {
    const env = [ofFile('A'), ofFile('TWO'), ofFile('NAMED', { key: 'A' }), ofFile('DEEP', { path: 'deep/config.env' }), ofFile('gone', { optional: true }), ofFile('nowhere', { path: 'no/such/file', optional: true }), { name: 'ALL', value: '$(A)+$(DEEP)+$(gone)' }, OPEN];
    const pod = await create(WRITE, shell('main', 'printf "%s|" "$A" "$TWO" "$NAMED" "$DEEP" "${gone-none}" "${nowhere-none}" "$ALL" "$0"', { env, args: ['<$(A)>'] }), emptyDir);
    await pod.untilPhase('Succeeded');
    expect(await pod.log('main')).toBe('one|a\nb|one|$(A)|none|none|one+$(A)+$(gone)|<one>|');
    await pod.delete();
  });

  test.each<[what: string, script: string, reference: EnvVar, why: RegExp]>([
    ['a key that is not there', WRITE, ofFile('GONE'), /variable GONE: the file "config.env" of the volume work has no "GONE"/],
    ['a file that is not there', 'true', ofFile('A'), /the file "config.env" of the volume work is not there/],
    ['a file of another kind', 'echo "A=1" > /work/config.env', ofFile('A'), /line 1 is not of the form NAME='value'/],
    ['a directory', 'mkdir /work/config.env', ofFile('A'), /is not one: there is a directory on the way/],
    ['a link to what another volume has', `echo "A='secret'" > /other/config.env; ln -s /v/1/config.env /work/config.env`, ofFile('A'), /is not one: there is a symlink on the way/],
    ['a link on the way', 'ln -s /etc /work/deep', ofFile('root', { path: 'deep/passwd' }), /is not one: there is a symlink on the way/],
    ['a file that is too long', `head -c 2000000 /dev/zero > /work/config.env`, ofFile('A'), /is longer than 1048576 bytes/],
  ])('%s: the container waits, and says why', async (_what, script, reference, why) => {
    const pod = await create(script, shell('main', 'true', { env: [reference, OPEN] }));
    const { containers } = await pod.until(({ containers: [main] }) => main?.state?.waiting?.reason === 'CreateContainerConfigError');
    expect(containers[0]?.state?.waiting?.message).toMatch(why);
    await pod.delete();
    expect(await node.leftoversOf(pod)).toEqual({ containers: 0, volumes: 0 });
  });

  test('each attempt has what is there when it is made', async () => {
    const main = shell('main', `echo "$N"; [ "$N" = second ] && exit 0; echo "N='second'" > /work/config.env; exit 1`, { env: [ofFile('N'), OPEN], volumeMounts: MOUNTS });
    const file = podFile({ restartPolicy: 'OnFailure', volumes: [{ name: 'work', emptyDir: {} }], initContainers: [shell('init', `echo "N='first'" > /work/config.env`, { volumeMounts: MOUNTS })], containers: [main] });
    const pod = await node.create(toCreateBody(file, makeStamp(new Date()), 'nobody'));
    await pod.untilPhase('Succeeded');
    expect([await pod.log('main', { Previous: true }), await pod.log('main')]).toEqual(['first\n', 'second\n']);
    await pod.delete();
  });
});
