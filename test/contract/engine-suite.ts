import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { Engine } from '../../src/engine/index.js';
import { declareContainers } from './containers.js';
import { declareEvents } from './events.js';
import { declareExecs } from './execs.js';
import { declareImages } from './images.js';
import { declareLogs } from './logs.js';
import { declareNetworks } from './networks.js';
import { Subject } from './subject.js';
import { declareVolumes } from './volumes.js';

export interface EngineOfContract {
  readonly engine: Engine;
  /** Removes everything that carries a label (`key=value`), and an image. */
  remove(label: string, image: string): Promise<void>;
}

/** The distribution's static busybox; its package is `busybox-static`. */
const BUSYBOX_PATH = '/bin/busybox';

/** What every Engine does, whatever is behind it. */
export function describeEngine(name: string, make: () => Promise<EngineOfContract>): void {
  describe(name, () => {
    let made: EngineOfContract;
    let subject: Subject;

    beforeAll(async () => {
      made = await make();
      subject = new Subject(made.engine);
      await subject.engine.importImage(subject.image, await busyboxTar(), ['CMD ["sh"]', 'USER 0:0']);
    }, 60_000);
    afterAll(() => made.remove(subject.label, subject.image), 60_000);

    const it = (): Subject => subject;
    describe('containers', () => declareContainers(it));
    describe('logs', () => declareLogs(it));
    describe('volumes', () => declareVolumes(it));
    describe('networks', () => declareNetworks(it));
    describe('events', () => declareEvents(it));
    describe('commands', () => declareExecs(it));
    describe('images', () => declareImages(it));
  });
}

/** A root file system with the few programs that the suite runs. */
async function busyboxTar(): Promise<Buffer> {
  const tar = pack();
  for (const name of ['bin', 'data', 'etc', 'proc', 'sys', 'dev']) tar.entry({ name, type: 'directory', mode: 0o755 });
  tar.entry({ name: 'bin/busybox', mode: 0o755 }, readFileSync(BUSYBOX_PATH));
  for (const name of ['sh', 'sleep', 'cat', 'echo', 'true']) tar.entry({ name: `bin/${name}`, type: 'symlink', linkname: 'busybox' });
  tar.finalize();
  return buffer(tar);
}
