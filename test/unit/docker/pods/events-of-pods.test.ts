/** What is told of pods, in the kubelet's words: the plugin over an engine in memory. */
import { makeStamp, toCreateBody } from '../../../../src/caller/index.js';
import { DockerProvider } from '../../../../src/docker/index.js';
import { openJournal } from '../../../../src/docker/journal/index.js';
import { DEFAULT_POLICY } from '../../../../src/docker/node/index.js';
import type { Pod, PodSpec } from '../../../../src/kube/index.js';
import { silentLogger } from '../../../../src/log.js';
import { parseCreateBody } from '../../../../src/wire/index.js';
import { FakeEngine } from '../../../fakes/fake-engine.js';
import { type Program, WELL_BEHAVED } from '../../../fakes/program.js';
import { eventually } from '../../../support/eventually.js';
import { HurriedClock } from '../../../support/hurried-clock.js';

const CONTEXT = { session: 'test', signal: new AbortController().signal };
type Containers = PodSpec['containers'];

const running: DockerProvider[] = [];
afterEach(async () => {
  for (const provider of running.splice(0)) await provider.stop();
});

class Scene {
  readonly engine = new FakeEngine({ images: ['busybox:1'] });
  readonly clock = new HurriedClock();
  provider = this.newProvider();
  pod: Pod | undefined;

  private newProvider(): Promise<DockerProvider> {
    return openJournal(undefined, silentLogger).then(
      (journal) => new DockerProvider({
        engine: this.engine, node: 'node', network: { podCidr: '10.213.0.0/16', subnetBits: 22 }, policy: DEFAULT_POLICY,
        sandboxImage: 'sandbox:1', journal, logger: silentLogger, clock: this.clock,
      }),
    );
  }

  async start(programs: Readonly<Record<string, Program>> = {}): Promise<this> {
    // What a new engine is tried with comes first.
    this.engine.runs(() => ({ exits: 0 }));
    const provider = await this.provider;
    running.push(provider);
    await provider.start();
    await eventually(() => this.engine.countOf('removeContainer') > 0);
    this.engine.runs((config) => programs[config.Labels?.['io.kubernetes.container.name'] ?? ''] ?? WELL_BEHAVED);
    return this;
  }

  async startAgain(): Promise<void> {
    await (await this.provider).stop();
    running.length = 0;
    this.provider = this.newProvider();
    const provider = await this.provider;
    running.push(provider);
    await provider.start();
  }

  async create(spec: Partial<PodSpec>): Promise<void> {
    const complete = { automountServiceAccountToken: false, containers: [], ...spec };
    const body = toCreateBody({ pod: { metadata: { name: 'web', namespace: 'ns' }, spec: complete }, configMaps: [], secrets: [] }, makeStamp(new Date()));
    const [request] = parseCreateBody(body).pods;
    this.pod = request?.pod;
    if (request !== undefined) await (await this.provider).create(request, CONTEXT);
  }

  get uid(): string {
    return this.pod?.metadata.uid ?? '';
  }

  async delete(): Promise<void> {
    if (this.pod !== undefined) await (await this.provider).delete(this.pod, CONTEXT);
  }

  /** As `kubectl describe` has them. */
  async events(): Promise<string[]> {
    return (await this.provider).podEvents(this.uid).map(({ type, reason, message }) => `${type} ${reason} ${message.replace(this.uid, '<uid>')}`);
  }

  /** All that were told, oldest first, when this one is among them. */
  async untilTold(reason: string): Promise<string[]> {
    return eventually(async () => {
      const told = await this.events();
      return told.some((line) => line.split(' ')[1] === reason) ? told : undefined;
    });
  }
}

const main = (more: Partial<Containers[number]> = {}): Containers => [{ name: 'main', image: 'busybox:1', ...more }];
const UP = ['Normal Pulled Container image "busybox:1" already present on machine', 'Normal Created Created container: main', 'Normal Started Started container main'];

interface Told {
  readonly spec: Partial<PodSpec>;
  readonly programs?: Readonly<Record<string, Program>>;
  readonly until: string;
  /** When `until` was told. */
  readonly then?: (scene: Scene) => void;
  readonly thenUntil?: string;
  readonly expected: readonly string[];
}

test.each<[name: string, told: Told]>([
  ['a container that runs', { spec: { containers: main() }, until: 'Started', expected: UP }],
  ['a container that fails again and again', {
    spec: { containers: main(), restartPolicy: 'Always' }, programs: { main: { exits: 1 } }, until: 'BackOff',
    expected: [...UP, 'Warning BackOff Back-off restarting failed container main in pod web_ns(<uid>)'],
  }],
  ['an init container that fails again and again', {
    spec: { initContainers: [{ name: 'init', image: 'busybox:1' }], containers: main(), restartPolicy: 'OnFailure' }, programs: { init: { exits: 1 } }, until: 'BackOff',
    expected: [UP[0] ?? '', 'Normal Created Created container: init', 'Normal Started Started container init', 'Warning BackOff Back-off restarting failed container init in pod web_ns(<uid>)'],
  }],
  ['a command that is not there', {
    spec: { containers: main(), restartPolicy: 'Never' }, programs: { main: { failsToStart: { exitCode: 127, message: 'exec: "nosuch": not found' } } }, until: 'Failed',
    expected: [...UP.slice(0, 2), 'Warning Failed Error: failed to start container "main": exec: "nosuch": not found'],
  }],
  ['an image that nobody has', {
    spec: { containers: main({ image: 'nosuch:1' }) }, until: 'BackOff',
    expected: [
      'Normal Pulling Pulling image "nosuch:1"', expect.stringMatching(/^Warning Failed Failed to pull image "nosuch:1": /) as string, 'Warning Failed Error: ErrImagePull', 'Normal BackOff Back-off pulling image "nosuch:1"',
    ],
  }],
  ['an image that must not be pulled', {
    spec: { containers: main({ image: 'nosuch:1', imagePullPolicy: 'Never' }) }, until: 'Failed',
    expected: ['Warning ErrImageNeverPull Container image "nosuch:1" is not present with pull policy of Never', 'Warning Failed Error: ErrImageNeverPull'],
  }],
  ['a pod that is past its deadline', {
    spec: { containers: main(), activeDeadlineSeconds: 60 }, until: 'Started', then: ({ clock }) => clock.advance(61_000), thenUntil: 'Killing',
    expected: [...UP, 'Normal DeadlineExceeded Pod was active on the node longer than the specified deadline', 'Normal Killing Stopping container main'],
  }],
  ['a pod that is deleted', {
    spec: { containers: main() }, programs: { main: {} }, until: 'Started', then: (scene) => void scene.delete(), thenUntil: 'Killing',
    expected: [...UP, 'Normal Killing Stopping container main'],
  }],
])('P91: %s', async (_name, { spec, programs, until, then, thenUntil, expected }) => {
  const scene = await new Scene().start(programs);
  await scene.create(spec);
  const told = await scene.untilTold(until);
  then?.(scene);
  const all = thenUntil === undefined ? told : await scene.untilTold(thenUntil);
  expect([...new Set(all)]).toEqual(expected);
});

test('P91: after a restart of the plugin the list begins with Adopted', async () => {
  const scene = await new Scene().start();
  await scene.create({ containers: main() });
  await scene.untilTold('Started');
  await scene.startAgain();
  await scene.untilTold('Adopted');
  await scene.delete();
  expect(await scene.events()).toEqual([]);
});

test('P91: a pod whose sandbox has died', async () => {
  const scene = await new Scene().start({ init: { exits: 0 } });
  await scene.create({ containers: main(), initContainers: [{ name: 'init', image: 'busybox:1' }] });
  await eventually(async () => (await scene.events()).includes(UP[2] ?? ''));
  scene.engine.exit(`k8s_POD_web_ns_${scene.uid}_0`, 137);
  const told = await scene.untilTold('SandboxChanged');
  expect(told).toEqual(expect.arrayContaining(['Normal Killing Stopping container main', 'Normal SandboxChanged Pod sandbox changed, it will be killed and re-created.']));
  expect(told.filter((line) => line.includes('POD'))).toEqual([]);
});

test('P91: what does not fit the node is told of a pod that was refused', async () => {
  const scene = await new Scene().start();
  await expect(scene.create({ containers: main({ resources: { requests: { cpu: '1000' } } }) })).rejects.toThrow('OutOfcpu');
  expect(await scene.events()).toEqual([expect.stringMatching(/^Warning OutOfcpu Node didn't have enough resource: cpu, requested: 1000000, used: 0, capacity: \d+$/)]);
});
