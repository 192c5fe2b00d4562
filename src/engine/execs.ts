import type { Connection } from './connection.js';
import { EngineError } from './errors.js';
import type { Slots } from './slots.js';
import type { Engine, ExecRequest, ExecState, RunningExec } from './types.js';

/** Commands beside a container's own program. @see Docker Engine API, Exec */
export function execs(connection: Connection, calls: Slots, starts: Slots): Pick<Engine, 'startExec' | 'inspectExec'> {
  return {
    // Once there is one it is started, whatever the caller does: no call removes one that was not.
    async startExec(containerId: string, request: ExecRequest, signal?: AbortSignal): Promise<RunningExec> {
      return starts.run(async () => {
        if (signal?.aborted) throw new EngineError('Aborted', 'nobody waits for the command any more');
        const { Id } = (await connection.call({ method: 'POST', path: `/containers/${encodeURIComponent(containerId)}/exec`, body: toConfig(request) })) as { Id: string };
        const stream = await connection.hijack({ method: 'POST', path: `/exec/${Id}/start`, body: { Detach: false, Tty: false } });
        if (signal?.aborted !== true) return { id: Id, stream };
        stream.destroy();
        throw new EngineError('Aborted', 'the command was started, and nobody reads what it says');
      }, signal);
    },

    async inspectExec(id: string, signal?: AbortSignal): Promise<ExecState> {
      const { Running, ExitCode } = (await calls.run(() => connection.call({ method: 'GET', path: `/exec/${encodeURIComponent(id)}/json`, signal }), signal)) as { Running: boolean; ExitCode: number | null };
      return { running: Running, ...(ExitCode !== null && !Running && { exitCode: ExitCode }) };
    },
  };
}

function toConfig({ command, env, stdin }: ExecRequest): object {
  return { Cmd: command, Env: env ?? [], AttachStdin: stdin === true, AttachStdout: true, AttachStderr: true, Tty: false };
}
