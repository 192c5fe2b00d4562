/** Header of a DNS message, in bytes. */
const HEADER = 12;
const TYPE_A = 1;

/**
 * The answer to a DNS question: this address for any name, nothing for other types than A.
 * @param asked takes the name that was asked
 * @see RFC 1035
 */
export function answerEverything(question: Buffer, address: string, asked: string[]): Buffer {
  const labels: string[] = [];
  let at = HEADER;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  asked.push(labels.join('.'));
  const end = at + 5; // the root label, type and class
  const isAddress = question.readUInt16BE(at + 1) === TYPE_A;
  const header = Buffer.from(question.subarray(0, HEADER));
  header.writeUInt16BE(0x8180, 2); // a response, without an error
  header.writeUInt16BE(isAddress ? 1 : 0, 6);
  header.fill(0, 8);
  const record = Buffer.from([0xc0, HEADER, 0, TYPE_A, 0, 1, 0, 0, 0, 5, 0, 4, ...address.split('.').map(Number)]);
  return Buffer.concat([header, question.subarray(HEADER, end), ...(isAddress ? [record] : [])]);
}
