import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { demultiplex, type ExecRequest, type LogFrame, type RunningExec } from '../../src/engine/index.js';
import { eventually } from '../support/eventually.js';
import type { Command } from '../fakes/fake-execs.js';
import { SLEEP } from './commands.js';
import type { Subject } from './subject.js';

/** What commands say and how they end; `answerOf` is the same for the fake. */
const SPEAK: ExecRequest = { command: ['sh', '-c', 'echo one; echo "$MARK" >&2; exit 3'], env: ['MARK=two'] };
const HANG: ExecRequest = { command: ['sleep', '300'] };
const ECHO: ExecRequest = { command: ['cat'], stdin: true };

export function answerOf({ command }: ExecRequest): Command {
  switch (command[0]) {
    case 'sh':
      return { output: [{ stream: 'stdout', text: 'one\n' }, { stream: 'stderr', text: 'two\n' }], exits: 3 };
    case 'sleep':
      return {};
    case 'cat':
      return { echoes: true };
    default:
      return { exits: 127 };
  }
}

async function said({ stream }: RunningExec): Promise<{ stdout: string; stderr: string }> {
  const texts = { stdout: '', stderr: '' };
  for await (const { stream: from, chunk } of stream.pipe(demultiplex()) as AsyncIterable<LogFrame>) texts[from] += chunk.toString();
  return texts;
}

/** Commands beside a container's program. */
export function declareExecs(it: () => Subject): void {
  test('a command runs beside the program, with more variables, and its output ends with it', async () => {
    const id = await it().start(SLEEP);
    const exec = await it().engine.startExec(id, SPEAK);
    expect(await said(exec)).toEqual({ stdout: 'one\n', stderr: 'two\n' });
    expect(await eventually(async () => endOf(await it().engine.inspectExec(exec.id)))).toEqual({ running: false, exitCode: 3 });
    await it().engine.killContainer(id, 'SIGKILL');
  });

  test('one that is not there ends with 126 or 127', async () => {
    const id = await it().start(SLEEP);
    const exec = await it().engine.startExec(id, { command: ['/no/such/command'] });
    await said(exec);
    const { exitCode } = await eventually(async () => endOf(await it().engine.inspectExec(exec.id)));
    expect([126, 127]).toContain(exitCode);
    await it().engine.killContainer(id, 'SIGKILL');
  });

  test('who leaves does not end it; the end of its container does', async () => {
    const id = await it().start(SLEEP);
    const exec = await it().engine.startExec(id, HANG);
    exec.stream.on('error', () => undefined).destroy();
    await once(exec.stream, 'close');
    expect(await it().engine.inspectExec(exec.id)).toEqual({ running: true });
    expect((await it().engine.inspectContainer(id)).ExecIDs).toEqual([exec.id]);
    await it().engine.killContainer(id, 'SIGKILL');
    await eventually(async () => !(await it().engine.inspectExec(exec.id).catch(() => ({ running: false }))).running);
  });

  test('in a container that does not run there is none: Conflict; in none at all NotFound', async () => {
    await expect(it().engine.startExec(await it().create(SLEEP), SPEAK)).rejects.toMatchObject({ tag: 'Conflict' });
    await expect(it().engine.startExec('none', SPEAK)).rejects.toMatchObject({ tag: 'NotFound' });
  });

  test('one that nobody wants any more before its turn is not made', async () => {
    const id = await it().start(SLEEP);
    await expect(it().engine.startExec(id, SPEAK, AbortSignal.abort())).rejects.toMatchObject({ tag: 'Aborted' });
    await it().engine.killContainer(id, 'SIGKILL');
  });

  test('what is written is its input, and the end of that its end', async () => {
    const id = await it().start(SLEEP);
    const exec = await it().engine.startExec(id, ECHO);
    const texts = said(exec);
    exec.stream.end('hello');
    expect(await texts).toEqual({ stdout: 'hello', stderr: '' });
    await finished(exec.stream);
    await it().engine.killContainer(id, 'SIGKILL');
  });
}

function endOf<T extends { readonly running: boolean }>(state: T): T | undefined {
  return state.running ? undefined : state;
}
