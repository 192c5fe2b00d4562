import type { Readable } from 'node:stream';
import { isEngineError } from '../../engine/index.js';
import type { LoggedContainer } from './log-source.js';

/**
 * Tells that something was written, by a follow of the engine's of which nothing is kept: on the way through the engine's
 * rotation a follow leaves files out, or gives them twice, without a word.
 */
export class Bell {
  private state: 'quiet' | 'rung' | 'ended' | Error = 'quiet';
  private wake: () => void = () => undefined;

  private constructor(
    private readonly container: LoggedContainer,
    private stream: Readable,
  ) {
    this.listen(stream);
  }

  /** Listens from now on. @throws EngineError */
  static async hang(container: LoggedContainer, signal?: AbortSignal): Promise<Bell> {
    return new Bell(container, await follow(container, signal));
  }

  /** Resolves as soon as something was written since it was hung, or the engine says that nothing more will be. Rejects when it broke. */
  async heard(): Promise<'written' | 'ended'> {
    if (this.state === 'quiet') await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.state instanceof Error) throw this.state;
    return this.state === 'ended' ? 'ended' : 'written';
  }

  /** Listens from now on, and for nothing of what was written before: all that is still to come of it would have to be heard first. */
  async hangAgain(signal: AbortSignal): Promise<void> {
    this.remove();
    try {
      this.stream = await follow(this.container, signal);
    } catch (error) {
      // Gone, or marked for its removal, when the engine has its log no more.
      if (!isEngineError(error, 'NotFound', 'Conflict')) throw error;
      this.state = 'ended';
      return;
    }
    this.state = 'quiet';
    this.listen(this.stream);
  }

  remove(): void {
    this.stream.destroy();
  }

  private listen(stream: Readable): void {
    const tell = (state: typeof this.state) => (): void => {
      if (this.stream !== stream || this.state instanceof Error || this.state === 'ended') return;
      this.state = state;
      this.wake();
    };
    stream.once('end', tell('ended'));
    stream.once('error', (error) => tell(error)());
    stream.once('close', tell(new Error('the connection closed')));
    stream.on('data', () => {
      // What is written while nobody listens costs the engine nothing.
      stream.pause();
      if (this.state === 'quiet') tell('rung')();
    });
  }
}

function follow({ engine, id }: LoggedContainer, signal?: AbortSignal): Promise<Readable> {
  return engine.containerLogs(id, { follow: true, timestamps: false, tail: 0 }, signal);
}
