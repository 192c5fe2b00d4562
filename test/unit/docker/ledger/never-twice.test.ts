/** Whatever the order of creates, ends, removals and restarts: nothing is given out twice, and nothing more than there is. */
import { Ledger } from '../../../../src/docker/ledger/index.js';
import { type PodRecord, RECORD_VERSION } from '../../../../src/docker/record/index.js';
import { silentLogger } from '../../../../src/log.js';
import { type Pod, podRequests } from '../../../../src/kube/index.js';
import { Random } from '../../../support/random.js';
import { asking, gpus, nodeWith } from './nodes.js';

const NODE = nodeWith({ pods: 9, extended: [gpus('0', '1', '2', '3'), { name: 'a/b', capacity: 5, devices: [] }] });
const RUNS = 150;
const STEPS = 80;

interface Known {
  readonly record: PodRecord;
  hasEnded: boolean;
}

function somePod(uid: string, random: Random): Pod {
  const some = (most: number): string => String(random.whole(most + 1));
  return asking(uid, { cpu: `${some(1500)}m`, memory: `${some(3000)}Mi`, 'nvidia.com/gpu': some(2), 'a/b': some(2) });
}

function tryClaim(ledger: Ledger, pod: Pod): Known | undefined {
  try {
    const devices = ledger.claim(pod);
    const network = { name: 'net', subnet: '10.0.0.0/24', ip: '', aliases: [] };
    return { record: { version: RECORD_VERSION, pod, acceptedAt: '', network: { ...network, ip: pod.metadata.uid }, volumes: [], devices }, hasEnded: false };
  } catch {
    return undefined;
  }
}

function check(pods: ReadonlyMap<string, Known>): void {
  const living = [...pods.values()].filter(({ hasEnded }) => !hasEnded);
  const devices = living.flatMap(({ record }) => (record.devices ?? []).map(({ device }) => device.id));
  expect(new Set(devices).size).toBe(devices.length);
  const total = (name: string): number => living.reduce((sum, { record }) => sum + (podRequests(record.pod).get(name) ?? 0), 0);
  expect(living.length).toBeLessThanOrEqual(9);
  expect(total('cpu')).toBeLessThanOrEqual(4000);
  expect(total('memory')).toBeLessThanOrEqual(8 * 2 ** 30);
  expect(total('a/b')).toBeLessThanOrEqual(5);
  for (const { record } of living) expect(record.devices).toHaveLength(podRequests(record.pod).get('nvidia.com/gpu') ?? 0);
}

test('nothing is given out twice', () => {
  let [accepted, refused] = [0, 0];
  for (let run = 0; run < RUNS; run++) {
    const random = new Random(run);
    const pods = new Map<string, Known>();
    let ledger = new Ledger(() => NODE, silentLogger);
    for (let step = 0; step < STEPS; step++) {
      const uids = [...pods.keys()];
      const one = uids.length > 0 ? random.pick(uids) : '';
      const dice = random.next();
      if (dice < 0.55) {
        const known = tryClaim(ledger, somePod(`${run}-${step}`, random));
        if (known !== undefined) pods.set(known.record.pod.metadata.uid, known);
        if (known === undefined) refused++;
        else accepted++;
      } else if (dice < 0.75) {
        ledger.end(one);
        const known = pods.get(one);
        if (known !== undefined) known.hasEnded = true;
      } else if (dice < 0.9) {
        ledger.release(one);
        pods.delete(one);
      } else {
        // The plugin is killed and started again: all it has are the records, in any order.
        ledger = new Ledger(() => NODE, silentLogger);
        for (const { record, hasEnded } of random.shuffled([...pods.values()])) ledger.adopt(record, hasEnded);
      }
      check(pods);
    }
  }
  expect(accepted).toBeGreaterThan(RUNS);
  expect(refused).toBeGreaterThan(RUNS);
});
