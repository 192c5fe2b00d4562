import { createHash } from 'node:crypto';
import { Duplex } from 'node:stream';
import { EngineError, type ExecRequest, type ExecState, type RunningExec } from '../../src/engine/index.js';
import type { FakeContainer } from './fake-container.js';

/** What a command in a fake container does. */
export interface Command {
  readonly output?: readonly { readonly stream: 'stdout' | 'stderr'; readonly text: string }[];
  /** Absent: it runs until a test, its mark or its container ends it. */
  readonly exits?: number;
  /** Says what it is told, and ends with its input. */
  readonly echoes?: boolean;
}

/** Chosen at each start. */
export type CommandOf = (request: ExecRequest, containerName: string) => Command;

export interface FakeExec {
  readonly id: string;
  readonly container: FakeContainer;
  readonly request: ExecRequest;
  /** As it is now. */
  exitCode: number | undefined;
  readonly stream: FakeExecStream;
}

const HEADER_BYTES = 8;
const KILLED = 137;

/** Commands beside the programs of the fake's containers. */
export class FakeExecs {
  commandOf: CommandOf = () => ({ exits: 0 });
  private readonly byId = new Map<string, FakeExec>();

  start(container: FakeContainer, request: ExecRequest): RunningExec {
    if (container.state === 'paused') throw new EngineError('Conflict', `Container ${container.id} is paused, unpause the container before exec`);
    if (!container.isRunning) throw new EngineError('Conflict', `Container ${container.id} is not running`);
    const id = createHash('sha256').update(`exec ${this.byId.size + 1}`).digest('hex');
    const { output = [], exits, echoes = false } = this.commandOf(request, container.name);
    const exec: FakeExec = { id, container, request, exitCode: undefined, stream: new FakeExecStream(echoes, () => this.end(exec, 0)) };
    this.byId.set(id, exec);
    for (const { stream, text } of output) exec.stream.say(stream, text);
    if (exits !== undefined) this.end(exec, exits);
    return { id, stream: exec.stream };
  }

  inspect(id: string): ExecState {
    const exec = this.byId.get(id);
    if (exec === undefined) throw new EngineError('NotFound', `No such exec instance: ${id}`);
    const exitCode = exec.exitCode ?? (exec.container.isRunning ? undefined : KILLED);
    return exitCode === undefined ? { running: true } : { running: false, exitCode };
  }

  /** Those that run. */
  running(): readonly FakeExec[] {
    return [...this.byId.values()].filter(({ exitCode, container }) => exitCode === undefined && container.isRunning);
  }

  end(exec: FakeExec, exitCode: number): void {
    exec.exitCode = exitCode;
    exec.stream.finish();
  }

  /** Ends what carries one of these variables in a container. */
  kill(containerId: string, marks: readonly string[]): void {
    for (const exec of this.running()) {
      if (exec.container.id === containerId && exec.request.env?.some((variable) => marks.includes(variable))) this.end(exec, KILLED);
    }
  }
}

/** The connection that a command's output comes over. */
class FakeExecStream extends Duplex {
  constructor(
    private readonly echoes: boolean,
    private readonly onInputEnd: () => void,
  ) {
    super();
  }

  override _read(): void {
    // pushed when there is something
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    if (this.echoes) this.say('stdout', chunk.toString());
    done();
  }

  override _final(done: () => void): void {
    done();
    if (this.echoes) this.onInputEnd();
  }

  say(stream: 'stdout' | 'stderr', text: string): void {
    const header = Buffer.alloc(HEADER_BYTES);
    header[0] = stream === 'stderr' ? 2 : 1;
    header.writeUInt32BE(Buffer.byteLength(text), 4);
    this.push(Buffer.concat([header, Buffer.from(text)]));
  }

  finish(): void {
    if (!this.destroyed) this.push(null);
  }
}
