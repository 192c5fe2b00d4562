/** Fields of a protobuf message by number: numbers of varints and fixed ones, bytes of all else. @see https://protobuf.dev/programming-guides/encoding/ */
export type Fields = ReadonlyMap<number, readonly (bigint | Buffer)[]>;

/** @throws Error for what is no message */
export function readFields(message: Buffer): Fields {
  const fields = new Map<number, (bigint | Buffer)[]>();
  let at = 0;
  const varint = (): bigint => {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = message[at++];
      if (byte === undefined) throw new Error('a number has no end');
      value |= BigInt(byte & 0x7f) << shift;
      shift += 7n;
      if (byte < 0x80) return value;
    }
  };
  const bytes = (count: number): Buffer => {
    if (at + count > message.length) throw new Error('a field has no end');
    return message.subarray(at, (at += count));
  };
  while (at < message.length) {
    const key = Number(varint());
    const kind = key & 7;
    const value = kind === 0 ? varint() : kind === 1 ? bytes(8).readBigUInt64LE() : kind === 5 ? BigInt(bytes(4).readUInt32LE()) : bytes(Number(varint()));
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), value]);
  }
  return fields;
}

/** All messages, or strings, of a field. */
export function partsOf(fields: Fields, field: number): readonly Buffer[] {
  return (fields.get(field) ?? []).filter((value) => Buffer.isBuffer(value));
}

export function textOf(fields: Fields, field: number): string {
  return partsOf(fields, field)[0]?.toString('utf8') ?? '';
}

export function hexOf(fields: Fields, field: number): string {
  return partsOf(fields, field)[0]?.toString('hex') ?? '';
}

export function numberOf(fields: Fields, field: number): number {
  const [value] = fields.get(field) ?? [];
  return typeof value === 'bigint' ? Number(value) : 0;
}
