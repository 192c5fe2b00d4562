import type { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import type { RequestHandler, Response } from 'express';
import type { Clock } from '../clock.js';
import type { Provider } from '../provider/index.js';
import { parseLogRequest } from '../wire/index.js';
import { contextOf } from './call.js';

/**
 * GET and POST /getLogs: the provider's stream, at the reader's pace, destroyed when the reader leaves. A follow has its
 * headers at once, however silent it is. A stream that fails before its first byte is answered with an error status, one
 * that fails later breaks the connection, so that it cannot be taken for the end.
 * `stopping` breaks follows off, which would hold up a graceful close.
 */
export function getLogsRoute(provider: Provider, clock: Clock, stopping: AbortSignal | undefined): RequestHandler {
  return async (request, response) => {
    const logRequest = parseLogRequest(request.body, clock.now());
    const context = contextOf(response);
    const stream = await provider.getLogs(logRequest, context);
    if (context.signal.aborted) {
      stream.destroy();
      return;
    }
    response.status(200).type('text/plain');
    if (logRequest.options.follow) response.flushHeaders();
    else await firstBytes(stream, response);
    await send(stream, response, logRequest.options.follow ? stopping : undefined);
  };
}

/** Resolves when there is something to read or the stream has ended. Rejects with the stream's own error. */
async function firstBytes(stream: Readable, response: Response): Promise<void> {
  const leave = (): void => void stream.destroy();
  response.once('close', leave);
  const readable = new Promise<void>((resolve) => stream.once('readable', resolve));
  try {
    await Promise.race([readable, finished(stream, { writable: false })]);
  } finally {
    response.off('close', leave);
  }
}

async function send(stream: Readable, response: Response, stopping: AbortSignal | undefined): Promise<void> {
  try {
    await pipeline(stream, response, stopping === undefined ? {} : { signal: stopping });
  } catch (error) {
    // a reader that leaves has what it wanted
    if (stopping?.aborted !== true && !isEarlyClose(error)) throw error;
  }
}

function isEarlyClose(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
