import type { IncomingHttpHeaders } from 'node:http2';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '../../errors.js';
import type { Probe } from '../../kube/index.js';
import { parseCheckResponse, toCheckRequest } from './grpc-messages.js';
import { USER_AGENT } from './http-probe.js';
import { callHttp2 } from './http2-call.js';
import type { Dial, ProbeAnswer, ProbeTarget } from './types.js';

type Grpc = NonNullable<Probe['grpc']>;

const CHECK = '/grpc.health.v1.Health/Check';
const UNIMPLEMENTED = 12;
const CODES = ['OK', 'Canceled', 'Unknown', 'InvalidArgument', 'DeadlineExceeded', 'NotFound', 'AlreadyExists', 'PermissionDenied', 'ResourceExhausted', 'FailedPrecondition', 'Aborted', 'OutOfRange', 'Unimplemented', 'Internal', 'Unavailable', 'DataLoss', 'Unauthenticated'];

/**
 * Succeeds when the service answers SERVING to the gRPC health-checking protocol, over plain HTTP/2, or TLS whose certificate is not
 * verified. @see kubelet, pkg/probe/grpc; KEP-4939
 */
export async function probeGrpc({ port, service, mode }: Grpc, target: ProbeTarget, dial: Dial, lastsMs: number, signal: AbortSignal): Promise<ProbeAnswer> {
  const { address } = target.place;
  const seconds = lastsMs / 1000;
  let connection: Duplex;
  try {
    connection = await dial(target.place, address, port, { lastsMs, signal });
  } catch (error) {
    return failure(`timeout: failed to connect service "${address}:${port}" within ${seconds}s: ${messageOf(error)}`);
  }
  try {
    const { code, text, frame } = await callUnary(new URL(`${mode === 'TLS' ? 'https' : 'http'}://${isIP(address) === 6 ? `[${address}]` : address}:${port}${CHECK}`), toCheckRequest(service ?? ''), connection, signal);
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
async function callUnary(url: URL, message: Buffer, connection: Duplex, signal: AbortSignal): Promise<UnaryAnswer> {
  const request = { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers', 'user-agent': USER_AGENT };
  const { headers, body } = await callHttp2({ url, headers: request, body: message }, connection, signal);
  return { code: codeOf(headers), text: String(headers['grpc-message'] ?? ''), frame: body };
}

function codeOf(headers: IncomingHttpHeaders): number {
  const code = Number(headers['grpc-status'] ?? NaN);
  return Number.isInteger(code) ? code : 2;
}
