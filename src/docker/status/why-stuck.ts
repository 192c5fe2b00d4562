import { toTime } from './texts.js';
import { inLine } from './why-container.js';

/** What keeps work on a pod from going on. */
export interface WorkTrouble {
  readonly reason: string;
  readonly since: Date;
  readonly failures: number;
}

/** Why this plugin does nothing for any pod at the moment. */
export type Standstill = 'engineAway' | 'superseded';

export const STANDSTILL: Readonly<Record<Standstill, string>> = {
  engineAway: 'the Docker Engine cannot be reached, so that nothing is done and this is as it was when last seen',
  superseded: 'another plugin has taken the name of this node, so that this one does nothing and this is as it was when last seen',
};

/** In words. @param what begins with `to` */
export function troubleWords(what: string, { reason, since, failures }: WorkTrouble): string {
  return `${failures === 1 ? '1 try' : `${failures} tries`} ${what} ${failures === 1 ? 'has' : 'have'} failed since ${toTime(since)}, for the last time with: ${inLine(reason)}`;
}
