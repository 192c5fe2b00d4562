/**
 * The two messages of the gRPC health-checking protocol, in a gRPC frame each: one byte (compressed or not), four of length, protobuf.
 * @see https://github.com/grpc/grpc/blob/master/doc/health-checking.md
 */

const STATUS = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const FRAME_HEADER_BYTES = 5;
const FIELD_1_TEXT = 0x0a;
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 };

/** HealthCheckRequest. */
export function toCheckRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([FIELD_1_TEXT]), toVarint(name.length), name]);
  const header = Buffer.alloc(FRAME_HEADER_BYTES);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}

/** Status in a HealthCheckResponse. @throws Error when it is none */
export function parseCheckResponse(frame: Buffer): string {
  if (frame.length < FRAME_HEADER_BYTES || frame[0] !== 0) throw new Error('the answer is not a plain gRPC message');
  const message = frame.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + frame.readUInt32BE(1));
  const status = statusIn(message);
  return STATUS[status] ?? String(status);
}

/** The first field's; fields that are not known are left out. Zero is not sent. */
function statusIn(message: Buffer): number {
  let status = 0;
  for (let at = 0; at < message.length; ) {
    const [tag, afterTag] = readVarint(message, at);
    const [value, afterValue] = readVarint(message, afterTag);
    switch (tag & 7) {
      case WIRE.varint:
        if (tag >> 3 === 1) status = value;
        at = afterValue;
        break;
      case WIRE.bytes:
        at = afterValue + value;
        break;
      case WIRE.fixed64:
        at = afterTag + 8;
        break;
      case WIRE.fixed32:
        at = afterTag + 4;
        break;
      default:
        throw new Error('the answer is not a protobuf message');
    }
  }
  return status;
}

function toVarint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128);
    if (rest < 128) return Buffer.from(bytes);
  }
}

function readVarint(message: Buffer, from: number): [value: number, next: number] {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const byte = message[from + index];
    if (byte === undefined) return [value, message.length];
    value += (byte & 127) * 2 ** (7 * index);
    if (byte < 128) return [value, from + index + 1];
  }
  throw new Error('the answer is not a protobuf message');
}
