import { connect } from 'node:net';
import type { EngineAddress } from './connection.js';
import { EngineError } from './errors.js';

const TIMEOUT_MS = 10_000;

/** Opens a connection of its own and closes it: kept-alive ones outlive an engine's decision to stop. */
export function ping(address: EngineAddress, signal?: AbortSignal): Promise<void> {
  const where = address.kind === 'socket' ? { path: address.path } : { host: address.host, port: address.port };
  return new Promise((resolve, reject) => {
    const socket = connect({ ...where, timeout: TIMEOUT_MS, ...(signal && { signal }) });
    const fail = (cause: Error): void => {
      socket.destroy();
      reject(new EngineError(signal?.aborted ? 'Aborted' : 'Unavailable', `the Docker Engine takes no connections: ${cause.message}`, { cause }));
    };
    socket.once('error', fail);
    socket.once('timeout', () => fail(new Error('no answer')));
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}
