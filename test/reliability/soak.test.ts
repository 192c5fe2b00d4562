/** Pods come and go for a while with faults at random; then the plugin holds what it held at the beginning. */
import { appendFileSync } from 'node:fs';
import { describeWithEngine } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { Random } from '../support/random.js';
import { Soak } from '../support/soak.js';
import { findLeaks, type Sample, toTable } from '../support/soak-samples.js';
import { countFigure, SEED, THOROUGH } from '../support/thorough.js';

const MINUTES = Number(process.env['SOAK_MINUTES'] ?? (THOROUGH ? 30 : 1));
const MINUTE = 60_000;
/** Rounds before the first look: what is made once is there then. */
const WARM_UP = 2;
/** The share of the time in which the plugin is killed; the rest is one process's, whose memory can be compared. */
const KILLING = 0.4;

/** The last look: what a kill left behind is tidied up once a minute. */
async function settled(soak: Soak, samples: readonly Sample[]): Promise<Sample> {
  let last = await soak.sample();
  const isAsBefore = async (): Promise<boolean> => {
    last = await soak.sample();
    return findLeaks([...samples, last]).length === 0;
  };
  await eventually(isAsBefore, { deadlineMs: 3 * MINUTE, intervalMs: 1000 }).catch(() => undefined); // told below
  return last;
}

describeWithEngine('a soak', (engine) => {
  test(`of ${MINUTES} minutes from seed ${SEED} leaves nothing behind`, async () => {
    const soak = await Soak.open(engine, new Random(SEED));
    try {
      const begin = Date.now();
      const share = (): number => (Date.now() - begin) / (MINUTES * MINUTE);
      const samples: Sample[] = [];
      let [rounds, pods] = [0, 0];
      while (share() < 1 || samples.length < 2) {
        pods += await soak.round(rounds >= WARM_UP && share() < KILLING);
        rounds++;
        if (rounds >= WARM_UP) samples.push(await soak.sample());
      }
      samples.push(await settled(soak, samples));
      const report = process.env['SOAK_REPORT'];
      if (report !== undefined) appendFileSync(report, `${pods} pods in ${rounds} rounds, ${new Set(samples.map(({ pid }) => pid)).size} processes, seed ${SEED}\n${toTable(samples)}\n`);
      expect(findLeaks(samples)).toEqual([]);
      countFigure({ what: `soak of ${MINUTES} minutes: pods that came and went with faults at random`, count: pods, unit: 'pods', outcome: 'memory, open files, engine objects and workers end where they began' });
    } finally {
      await soak.close();
    }
  }, MINUTES * MINUTE + 12 * MINUTE);
});
