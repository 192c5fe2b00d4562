import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { skipAloud } from './engine-under-test.js';
import { eventually } from './eventually.js';

const ROOT_V1 = '/sys/fs/cgroup/memory';
const ROOT_V2 = '/sys/fs/cgroup';
const MEBIBYTE = 2 ** 20;

/** A `describe` whose processes get a limit of memory from the kernel. Where none can be made its tests are skipped, and stderr says so. */
export function describeWithMemoryLimit(name: string, declare: () => void): void {
  try {
    new MemoryCgroup(64).remove();
  } catch (error) {
    return skipAloud(name, `no memory cgroup can be made here: ${String(error)}`);
  }
  describe(name, declare);
}

/** Processes that together get no more memory than this; beyond it the kernel kills one. */
export class MemoryCgroup {
  private readonly isV1 = existsSync(join(ROOT_V1, 'memory.limit_in_bytes'));
  private readonly path = join(this.isV1 ? ROOT_V1 : ROOT_V2, `memory-test-${randomBytes(4).toString('hex')}`);

  constructor(readonly mebibytes: number) {
    mkdirSync(this.path);
    writeFileSync(join(this.path, this.isV1 ? 'memory.limit_in_bytes' : 'memory.max'), String(mebibytes * MEBIBYTE));
    if (!this.isV1) writeFileSync(join(this.path, 'memory.swap.max'), '0');
  }

  /** A command that runs the one given after it inside. */
  get under(): readonly string[] {
    return ['sh', '-c', `echo $$ > ${join(this.path, 'cgroup.procs')} && exec "$@"`, 'sh'];
  }

  /** Processes that the kernel has killed in it. */
  get kills(): number {
    const text = readFileSync(join(this.path, this.isV1 ? 'memory.oom_control' : 'memory.events'), 'utf8');
    return Number(/^oom_kill (\d+)$/m.exec(text)?.[1] ?? 0);
  }

  /** The most that was ever in use, of the kernel's cache of files too. */
  get peakMebibytes(): number {
    return Math.round(Number(readFileSync(join(this.path, this.isV1 ? 'memory.max_usage_in_bytes' : 'memory.peak'), 'utf8')) / MEBIBYTE);
  }

  /** When its processes are gone. */
  remove(): void {
    rmdirSync(this.path);
  }

  /** The same, for who cannot tell when they are. */
  async removeWhenEmpty(): Promise<void> {
    await eventually(() => {
      this.remove();
      return true;
    });
  }
}
