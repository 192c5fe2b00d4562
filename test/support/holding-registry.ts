import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A registry that takes requests and says nothing: a pull from it hangs until it is released. */
export interface HoldingRegistry {
  /** An image name on it; engines treat 127.0.0.0/8 as an insecure registry, so no TLS is needed. */
  readonly image: string;
  /** Paths asked for, in order. */
  readonly requests: readonly string[];
  /** Answers 404 to all that waits and to all that comes: the pull fails. */
  release(): void;
  stop(): Promise<void>;
}

export async function startHoldingRegistry(): Promise<HoldingRegistry> {
  const requests: string[] = [];
  const waiting = new Set<http.ServerResponse>();
  let isReleased = false;
  const server = http.createServer((request, response) => {
    requests.push(request.url ?? '');
    if (isReleased) return refuse(response);
    waiting.add(response);
    response.once('close', () => waiting.delete(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    image: `127.0.0.1:${port}/held:1`,
    requests,
    release: () => {
      isReleased = true;
      for (const response of waiting) refuse(response);
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function refuse(response: http.ServerResponse): void {
  response.writeHead(404, { 'content-type': 'application/json' }).end('{"errors":[{"code":"NAME_UNKNOWN","message":"there is nothing here"}]}');
}
