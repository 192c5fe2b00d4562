import type { Clock } from '../../../src/clock.js';
import { ProviderError } from '../../../src/errors.js';
import { MemoryProvider, VirtualClock } from '../../../src/fakes/index.js';
import type { Pod } from '../../../src/kube/index.js';
import type { CreateRequest, PodStatus } from '../../../src/provider/index.js';
import { MemoryPlugin, pacedBy } from '../../support/memory-plugin.js';

jest.setTimeout(60_000);

let plugin: MemoryPlugin;
beforeAll(async () => {
  plugin = await MemoryPlugin.start();
});
afterAll(() => plugin.stop());

/** What became of one rule, and why. */
async function outcome(...[rule, ...call]: [rule: string, ...call: Parameters<MemoryPlugin['try']>]) {
  const [makeProvider, front, options] = call;
  const { results: [result] } = await plugin.try(makeProvider, front, { ...options, only: [rule] });
  return [result?.outcome, result?.seen ?? result?.reason];
}

test('a first line that comes in two pieces at once is whole', async () => {
  expect(await outcome('log-follow', undefined, ({ url }, response, app) => {
    const write = response.write.bind(response) as (data: Buffer) => boolean;
    if (url === '/getLogs') response.write = (data: Buffer) => write(data.subarray(0, 3)) && write(data.subarray(3));
    app();
  })).toEqual(['passed', undefined]);
});

test('a delete may be answered before its work is done', async () => {
  class Later extends MemoryProvider {
    override delete(pod: Pod): Promise<void> {
      this.clock.at(new Date(this.clock.now().getTime() + 1500), () => void super.delete(pod));
      return Promise.resolve();
    }
  }
  expect(await outcome('delete-running', (clock) => new Later(clock))).toEqual(['passed', undefined]);
});

test('a plugin may look at its backend every five seconds', async () => {
  class Seldom extends MemoryProvider {
    private last: { readonly at: number; readonly answer: readonly PodStatus[] } = { at: 0, answer: [] };

    override async status(pods: readonly Pod[]): Promise<readonly PodStatus[]> {
      const at = this.clock.now().getTime();
      if (at >= this.last.at + 5000) this.last = { at, answer: await super.status(pods) };
      return this.last.answer;
    }

    override async create(request: CreateRequest) {
      const answer = await super.create(request);
      const told = (name: string) => ({ name, image: '', imageID: '', ready: false, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } }, lastState: {} });
      this.last = { at: this.clock.now().getTime(), answer: [{ uid: answer.uid, name: request.pod.metadata.name, namespace: 'default', jobId: answer.uid, containers: request.pod.spec.containers.map(({ name }) => told(name)), initContainers: [] }] };
      return answer;
    }
  }
  expect(await outcome('status-running', (clock) => new Seldom(clock))).toEqual(['passed', undefined]);
});

test('seconds are not counted back over another clock', async () => {
  const aheadMs = 3_600_000;
  let itsClock = new VirtualClock();
  const clock: Clock = {
    now: () => new Date(itsClock.now().getTime() + aheadMs),
    at: (at, wake) => pacedBy(itsClock).at(new Date(at.getTime() - aheadMs), wake),
  };
  expect(await outcome('log-since-seconds', (made) => new MemoryProvider((itsClock = made)), undefined, { clock })).toEqual(['skipped', expect.stringContaining('its clock may be another') as string]);
});

test('a plugin that forbids pods without a security context is given restricted ones, and keeps every rule', async () => {
  class Restricted extends MemoryProvider {
    protected override admit({ pod: { spec } }: CreateRequest): void {
      const { runAsNonRoot, seccompProfile } = spec.securityContext ?? {};
      const isTaken = [...(spec.initContainers ?? []), ...spec.containers].every(({ securityContext }) => securityContext?.allowPrivilegeEscalation === false && securityContext.capabilities?.drop?.includes('ALL'));
      if (!runAsNonRoot || seccompProfile?.type !== 'RuntimeDefault' || !isTaken) throw new ProviderError('Forbidden', 'restricted pods only');
    }
  }
  const { results } = await plugin.try((clock) => new Restricted(clock));
  expect(results.filter((one) => one.outcome === 'failed' || one.reason?.includes('restricted'))).toEqual([]);
});
