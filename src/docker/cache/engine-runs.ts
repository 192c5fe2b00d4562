import { type Engine, isEngineError } from '../../engine/index.js';

/** The network that an engine makes anew whenever it begins without containers that outlived its last run. */
const ANEW = 'bridge';

/**
 * Tells when the engine has begun again. One that was killed stops at its next start what it finds running; of that it keeps 256
 * events, and the kills come first.
 */
export class EngineRuns {
  private begunAt: string | undefined;

  constructor(private readonly engine: Engine) {}

  /** @returns when it began, where that was since the last call and it has stopped its containers for it. @throws EngineError */
  async begunAgain(): Promise<Date | undefined> {
    const before = this.begunAt;
    this.begunAt = (await this.beginning()) ?? before;
    if (before === undefined || this.begunAt === before) return undefined;
    // What ends under an engine that keeps its containers has ended by itself.
    return (await this.engine.info()).liveRestore ? undefined : new Date(this.begunAt ?? 0);
  }

  private async beginning(): Promise<string | undefined> {
    try {
      return (await this.engine.inspectNetwork(ANEW)).Created;
    } catch (error) {
      if (isEngineError(error, 'NotFound')) return undefined;
      throw error;
    }
  }
}
