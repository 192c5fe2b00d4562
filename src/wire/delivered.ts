import { checkFilePath, checkObjectKey } from './names.js';
import { readName, readObject, readOptionalList, type JsonObject } from './reading.js';
import { memberPath, WireError } from './wire-error.js';

/** File contents by name: a key of an object, or a path in a volume. */
export type FileMap = ReadonlyMap<string, Buffer>;

/** What came along with a pod, decoded and merged over its containers. */
export interface DeliveredObjects {
  /** By object name, then key. */
  readonly configMaps: ReadonlyMap<string, FileMap>;
  /** Keys of ConfigMaps that hold bytes and not text, by object name: they can be files, but no variables. */
  readonly binaryKeys: ReadonlyMap<string, ReadonlySet<string>>;
  /** By object name, then key. */
  readonly secrets: ReadonlyMap<string, FileMap>;
  /** By VOLUME name, then file path. */
  readonly projected: ReadonlyMap<string, FileMap>;
}

type CheckKey = (key: string, path: string) => void;
type Decode = (text: string, path: string) => Buffer;
type Collected = Map<string, Map<string, Buffer>>;

/**
 * The `container` list of a create request. An object that several containers or volumes use comes several times and
 * is kept once.
 * @throws WireError for a key that is not a file name, a path that leaves its volume, or what is not base64
 */
export function parseDelivered(entries: readonly unknown[], path: string): DeliveredObjects {
  const configMaps: Collected = new Map();
  const binaryKeys = new Map<string, ReadonlySet<string>>();
  const secrets: Collected = new Map();
  const projected: Collected = new Map();
  for (const [index, item] of entries.entries()) {
    const itemPath = memberPath(path, index);
    const entry = readObject(item, itemPath);
    eachObject(entry, 'configMaps', itemPath, (object, at) => {
      collect(configMaps, object, at, { data: toBytes, binaryData: fromBase64 }, checkObjectKey);
      binaryKeys.set(nameOf(object, at), new Set(Object.keys(readObject(object['binaryData'] ?? {}, at))));
    });
    eachObject(entry, 'secrets', itemPath, (object, at) => {
      collect(secrets, object, at, { data: fromBase64 }, checkObjectKey);
    });
    eachObject(entry, 'projectedvolumemaps', itemPath, (object, at) => {
      collect(projected, object, at, { data: toBytes, binaryData: fromBase64 }, checkFilePath);
    });
  }
  return { configMaps, binaryKeys, secrets, projected };
}

function eachObject(entry: JsonObject, key: string, path: string, visit: (object: JsonObject, path: string) => void): void {
  for (const [index, item] of readOptionalList(entry, key, path).entries()) {
    const at = memberPath(memberPath(path, key), index);
    visit(readObject(item, at), at);
  }
}

function collect(into: Collected, object: JsonObject, path: string, fields: Readonly<Record<string, Decode>>, check: CheckKey): void {
  const name = nameOf(object, path);
  const files = into.get(name) ?? new Map<string, Buffer>();
  into.set(name, files);
  for (const [field, decode] of Object.entries(fields)) {
    const fieldPath = memberPath(path, field);
    for (const [key, value] of Object.entries(readObject(object[field] ?? {}, fieldPath))) {
      const keyPath = memberPath(fieldPath, key);
      check(key, keyPath);
      // a nil slice of bytes is an empty file
      const text = value ?? '';
      if (typeof text !== 'string') throw new WireError(keyPath, 'must be string');
      const content = decode(text, keyPath);
      if (!files.has(key)) files.set(key, content);
    }
  }
}

function nameOf(object: JsonObject, path: string): string {
  const metadataPath = memberPath(path, 'metadata');
  return readName(readObject(object['metadata'], metadataPath), 'name', metadataPath);
}

function toBytes(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

/** Strict: Node's decoder skips what it does not know, so the way back must give the same text. */
function fromBase64(text: string, path: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new WireError(path, 'is not base64');
  return bytes;
}
