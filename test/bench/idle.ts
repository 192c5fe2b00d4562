import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

/** A process that has nothing to do: what the machine does to its event loop is not the plugin's doing. */
export class IdleProcess {
  private readonly child: ChildProcess = fork(fileURLToPath(import.meta.url), ['idle']);

  /** p99 of the delay of its event loop since it was asked last, as the plugin tells of its own. */
  async p99Ms(): Promise<number> {
    this.child.send('ask');
    const [p99Ms] = (await once(this.child, 'message')) as [number];
    return p99Ms;
  }

  stop(): void {
    this.child.kill();
  }
}

if (process.argv[2] === 'idle') {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  process.on('message', () => {
    process.send?.(delay.percentile(99) / 1e6);
    delay.reset();
  });
}
