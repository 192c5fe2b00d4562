import type { PodEvent } from '../../kube/index.js';
import { toTime } from './texts.js';
import { inLine } from './why-container.js';
import { STANDSTILL, type Standstill, troubleWords, type WorkTrouble } from './why-stuck.js';

/** What is known of a UID that no worker looks after. */
export interface StrangerInput {
  readonly events: readonly PodEvent[];
  readonly isCreating: boolean;
  readonly deletionSince?: Date | undefined;
  readonly trouble?: WorkTrouble | undefined;
  /** Whether the engine has containers of it. */
  readonly hasContainers: boolean;
  readonly standstill?: Standstill | undefined;
}

/** The same of a pod that is not looked after; `undefined`: nothing is known of it. Pure. */
export function whyOfStranger(input: StrangerInput): string | undefined {
  const words = strangerWords(input);
  return words === undefined || input.standstill === undefined ? words : `${STANDSTILL[input.standstill]}: ${words}`;
}

function strangerWords({ events, isCreating, deletionSince, trouble, hasContainers }: StrangerInput): string | undefined {
  const last = events.at(-1);
  if (isCreating) return 'it is being taken on: its create has not been answered yet';
  if (deletionSince !== undefined) {
    const since = `it is being deleted since ${toTime(deletionSince)}`;
    return trouble === undefined ? `${since}: what is left of it is being removed` : `${since}, which does not come to its end: ${troubleWords('to remove it', trouble)}`;
  }
  if (hasContainers) return 'the engine has containers of it, but no record that this plugin can read: they are left as they are until the cluster asks about the pod, or deletes it';
  return last === undefined ? undefined : `it was not taken on: ${last.reason}: ${inLine(last.message)}`;
}
