import { type Connection, toEngineError } from './connection.js';
import { toSeconds } from './containers.js';
import { jsonLines } from './json-lines.js';
import type { ContainerAction, ContainerEvent, Engine } from './types.js';

/** Asked for by name: an exec or a health check would be three events each, with all labels. */
const ACTIONS: readonly ContainerAction[] = ['create', 'start', 'die', 'oom', 'destroy', 'rename', 'pause', 'unpause', 'kill'];

/** The event stream. @see Docker Engine API, SystemEvents */
export function events(connection: Connection): Pick<Engine, 'watchEvents'> {
  return {
    async watchEvents(label, onEvent, onClose, signal, since): Promise<void> {
      const query = { filters: JSON.stringify({ type: ['container'], label: [label], event: ACTIONS }), ...(since && { since: toSeconds(since) }) };
      const stream = await connection.stream({ method: 'GET', path: '/events', query, signal });
      const follow = async (): Promise<void> => {
        for await (const line of jsonLines(stream)) onEvent(toEvent(line as EventLine));
      };
      follow().then(
        () => !signal.aborted && onClose(),
        (error: unknown) => !signal.aborted && onClose(toEngineError(error, false)),
      );
    },
  };
}

interface EventLine {
  readonly Action: ContainerAction;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> | null };
  readonly timeNano: number;
}

function toEvent({ Action, Actor, timeNano }: EventLine): ContainerEvent {
  return { action: Action, containerId: Actor.ID, attributes: Actor.Attributes ?? {}, at: new Date(timeNano / 1e6) };
}
