import { connect, type Socket } from 'node:net';

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ECONNRESET: 'connect: connection reset by peer',
  ETIMEDOUT: 'i/o timeout',
};

/** A TCP connection from here. */
export function dialDirectly(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const leave = (): void => fail('i/o timeout');
    const fail = (words: string): void => {
      signal.removeEventListener('abort', leave);
      socket.destroy();
      reject(toDialError(host, port, words));
    };
    socket.on('error', (error: NodeJS.ErrnoException) => fail(WORDS[error.code ?? ''] ?? error.message));
    socket.once('connect', () => {
      signal.removeEventListener('abort', leave);
      resolve(socket);
    });
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}

export function toDialError(host: string, port: number, words: string): Error {
  return new Error(`dial tcp ${host.includes(':') ? `[${host}]` : host}:${port}: ${words}`);
}
