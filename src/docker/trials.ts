import type { EngineInfo, EngineVersion } from '../engine/index.js';
import { messageOf } from '../errors.js';
import type { Logger } from '../log.js';
import { mayLowerOomScores, type ToolBench } from './sandbox/index.js';

/**
 * What an engine is only known to be able to do once it has been tried. One trial an engine, beside everything else: until it has
 * ended, the engine counts as not able.
 */
export class EngineTrials {
  /** The engine and its version that was tried, and what came of it. */
  private tried = '';
  private able = false;
  private underWay: Promise<void> = Promise.resolve();
  private readonly stopping = new AbortController();

  constructor(
    private readonly bench: ToolBench,
    private readonly logger: Logger,
  ) {}

  get negativeOomScores(): boolean {
    return this.able;
  }

  /** Begins the trial, unless this engine has been tried. To be called when what earlier plugins left of theirs has been removed. */
  begin(version: EngineVersion, info: EngineInfo): void {
    const engine = `${info.id} ${version.version}`;
    if (engine === this.tried || this.stopping.signal.aborted) return;
    this.tried = engine;
    this.able = false;
    this.underWay = this.underWay.then(() => this.run()).catch((error: unknown) => {
      this.tried = ''; // tried again at the next connect
      if (!this.stopping.signal.aborted) this.logger.warn('whether the engine may lower OOM scores could not be tried', { reason: messageOf(error) });
    });
  }

  /** Ends what is under way; resolves when nothing of it is left. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.underWay;
  }

  private async run(): Promise<void> {
    this.able = await mayLowerOomScores(this.bench, this.stopping.signal);
    if (!this.able) this.logger.info('the engine may not lower OOM scores: guaranteed pods have that of any process');
  }
}
