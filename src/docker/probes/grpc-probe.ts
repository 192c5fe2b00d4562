import { connect, constants, type IncomingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import { messageOf } from '../../errors.js';
import type { Probe } from '../../kube/index.js';
import { parseCheckResponse, toCheckRequest } from './grpc-messages.js';
import { USER_AGENT } from './http-probe.js';
import { type Dial, MOST_OUTPUT_BYTES, type ProbeAnswer, type ProbeTarget } from './types.js';

type Grpc = NonNullable<Probe['grpc']>;

const CHECK = '/grpc.health.v1.Health/Check';
const UNIMPLEMENTED = 12;
const CODES = ['OK', 'Canceled', 'Unknown', 'InvalidArgument', 'DeadlineExceeded', 'NotFound', 'AlreadyExists', 'PermissionDenied', 'ResourceExhausted', 'FailedPrecondition', 'Aborted', 'OutOfRange', 'Unimplemented', 'Internal', 'Unavailable', 'DataLoss', 'Unauthenticated'];

/** Succeeds when the service answers SERVING to the gRPC health-checking protocol, over plain HTTP/2. @see kubelet, pkg/probe/grpc */
export async function probeGrpc({ port, service }: Grpc, target: ProbeTarget, dial: Dial, lastsMs: number, signal: AbortSignal): Promise<ProbeAnswer> {
  const { address } = target.place;
  const seconds = lastsMs / 1000;
  let connection: Duplex;
  try {
    connection = await dial(target.place, address, port, { lastsMs, signal });
  } catch (error) {
    return failure(`timeout: failed to connect service "${address}:${port}" within ${seconds}s: ${messageOf(error)}`);
  }
  try {
    const { code, text, frame } = await callUnary(`http://${address}:${port}`, toCheckRequest(service ?? ''), connection, signal);
    if (code === UNIMPLEMENTED) return failure(`error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${text}`);
    if (code !== 0) return failure(`error: health rpc probe failed: rpc error: code = ${CODES[code] ?? code} desc = ${text}`);
    const status = parseCheckResponse(frame);
    return status === 'SERVING' ? { result: 'success', output: 'service healthy' } : failure(`service unhealthy (responded with "${status}")`);
  } catch (error) {
    return failure(signal.aborted ? `timeout: health rpc did not complete within ${seconds}s` : `error: health rpc probe failed: ${messageOf(error)}`);
  }
}

function failure(output: string): ProbeAnswer {
  return { result: 'failure', output };
}

interface UnaryAnswer {
  /** gRPC status; 2 (unknown) where the server sent none. */
  readonly code: number;
  readonly text: string;
  readonly frame: Buffer;
}

/** One gRPC call with one message each way. Rejects when the connection breaks or `signal` is aborted. */
function callUnary(url: string, message: Buffer, connection: Duplex, signal: AbortSignal): Promise<UnaryAnswer> {
  return new Promise((resolve, reject) => {
    const session = connect(url, { createConnection: () => connection });
    const end = (finish: () => void): void => {
      signal.removeEventListener('abort', leave);
      finish();
      session.destroy();
      connection.destroy();
    };
    const leave = (): void => end(() => reject(new Error('aborted')));
    const fail = (error: Error): void => end(() => reject(error));
    connection.on('error', fail);
    session.on('error', fail);
    signal.addEventListener('abort', leave, { once: true });
    const stream = session.request({ ':method': 'POST', ':path': CHECK, 'content-type': 'application/grpc', te: 'trailers', 'user-agent': USER_AGENT });
    let headers: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
    let bytes = 0;
    stream.on('error', fail);
    const collect = (received: IncomingHttpHeaders): void => void (headers = { ...headers, ...received });
    stream.on('response', collect);
    stream.on('trailers', collect);
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_OUTPUT_BYTES) stream.close(constants.NGHTTP2_CANCEL);
      else chunks.push(chunk);
    });
    stream.on('end', () => end(() => resolve({ code: codeOf(headers), text: String(headers['grpc-message'] ?? ''), frame: Buffer.concat(chunks) })));
    stream.end(message);
  });
}

function codeOf(headers: IncomingHttpHeaders): number {
  const code = Number(headers['grpc-status'] ?? NaN);
  return Number.isInteger(code) ? code : 2;
}
