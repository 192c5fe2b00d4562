import http from 'node:http';
import type { Duplex, Readable } from 'node:stream';

/** An answer that goes on after this much silence is a stream: what has come of it until then is what is halved. */
const SILENCE_MS = 250;

/** Passes on the head of an answer and half of its body, or half of the head where there is no body; then the connection breaks. */
export async function relayHalf(answered: http.IncomingMessage, headers: http.OutgoingHttpHeaders, response: http.ServerResponse): Promise<void> {
  const connection = response.socket;
  if (response.destroyed || connection === null) return void answered.destroy();
  const status = answered.statusCode ?? 502;
  if (status === 204 || status === 304 || response.req.method === 'HEAD' || headers['content-length'] === '0') {
    answered.destroy();
    return void connection.write(`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nServer: Do`, () => connection.destroy());
  }
  response.writeHead(status, headers);
  response.flushHeaders();
  const body = await untilSilent(answered);
  answered.destroy();
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => connection.destroy());
}

/** Passes on half of what the engine says next, on a connection that it gave over. */
export function pipeHalf(from: Readable, to: Duplex): void {
  from.once('data', (chunk: Buffer) => to.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => to.destroy()));
  from.once('end', () => to.destroy());
}

/** All of it, or of a stream what it has given when it first falls silent. */
function untilSilent(stream: Readable): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let timer: NodeJS.Timeout | undefined;
    const finish = (): void => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks));
    };
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      clearTimeout(timer);
      timer = setTimeout(finish, SILENCE_MS);
    });
    stream.once('end', finish).once('error', finish).once('close', finish);
  });
}
