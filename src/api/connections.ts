import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { Server as AnyTlsServer } from 'node:tls';

/** The open connections of a server, on its way down. */
export interface Connections {
  /** Closes idle connections now, and each of the others when its answer is sent. */
  drain(): void;
  /** Destroys whatever is open. */
  breakOff(): void;
}

/** Follows a server's connections from now on; call before it listens. */
export function watchConnections(server: Server | TlsServer): Connections {
  const requestsOn = new Map<Socket, number>();
  const shakingHands = handshakesOf(server);
  let draining = false;
  server.on(server instanceof AnyTlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    requestsOn.set(socket, 0);
    socket.once('close', () => requestsOn.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    requestsOn.set(socket, (requestsOn.get(socket) ?? 0) + 1);
    if (draining) response.shouldKeepAlive = false;
    response.once('close', () => {
      const before = requestsOn.get(socket);
      if (before === undefined) return; // closed with it
      requestsOn.set(socket, before - 1);
      if (draining && before === 1) socket.destroySoon();
    });
  });
  return {
    drain: () => {
      draining = true;
      for (const [socket, requests] of requestsOn) if (requests === 0) socket.destroy();
    },
    breakOff: () => {
      for (const socket of [...requestsOn.keys(), ...shakingHands]) socket.destroy();
    },
  };
}

/** TCP connections below those of TLS: one that never ends its handshake is in no other list. */
function handshakesOf(server: Server | TlsServer): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  if (!(server instanceof AnyTlsServer)) return sockets;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}
