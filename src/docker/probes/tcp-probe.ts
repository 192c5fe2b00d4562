import type { Probe } from '../../kube/index.js';
import { toPortNumber } from '../../kube/index.js';
import type { Dial, ProbeAnswer, ProbeTarget } from './types.js';

type TcpSocket = NonNullable<Probe['tcpSocket']>;

/** Succeeds when the port takes a connection. */
export async function probeTcp(action: TcpSocket, target: ProbeTarget, dial: Dial, lastsMs: number, signal: AbortSignal): Promise<ProbeAnswer> {
  const socket = await dial(target.place, action.host || target.place.address, requirePort(action.port, target), { lastsMs, signal });
  socket.on('error', () => undefined).destroy();
  return { result: 'success', output: '' };
}

/** @throws Error for a name that no port of the container has */
export function requirePort(port: number | string, { spec }: ProbeTarget): number {
  const number = toPortNumber(port, spec);
  if (number === undefined) throw new Error(`no port of the container is called ${JSON.stringify(port)}`);
  return number;
}
