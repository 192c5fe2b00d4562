import type { Pod } from '../kube/index.js';
import { dropNulls } from './go-nulls.js';
import { checkLabel, checkSubdomain, checkUid } from './names.js';
import { readList, readName, readObject, readOptionalList, type JsonObject } from './reading.js';
import { memberPath, WireError } from './wire-error.js';

/**
 * A v1.Pod as interLink sends it, without Go's nulls. Everything that ends up in the name of an engine object is checked
 * here; the types of all other fields are the API document's to check. Unknown fields stay as they came.
 * @throws WireError for a missing or impossible name, namespace, uid, container name or image
 */
export function parsePod(value: unknown, path: string): Pod {
  const pod = readObject(dropNulls(readObject(value, path), path), path);
  const metadataPath = memberPath(path, 'metadata');
  const metadata = readObject(pod['metadata'], metadataPath);
  checkSubdomain(readName(metadata, 'name', metadataPath), memberPath(metadataPath, 'name'));
  checkLabel(readName(metadata, 'namespace', metadataPath), memberPath(metadataPath, 'namespace'));
  checkUid(readName(metadata, 'uid', metadataPath), memberPath(metadataPath, 'uid'));
  const specPath = memberPath(path, 'spec');
  checkContainers(readObject(pod['spec'], specPath), specPath);
  return pod as unknown as Pod;
}

function checkContainers(spec: JsonObject, path: string): void {
  const containersPath = memberPath(path, 'containers');
  const containers = readList(spec['containers'], containersPath);
  if (containers.length === 0) throw new WireError(containersPath, 'must not be empty');
  const names = new Set<string>();
  checkList(readOptionalList(spec, 'initContainers', path), memberPath(path, 'initContainers'), names);
  checkList(containers, containersPath, names);
}

function checkList(containers: readonly unknown[], path: string, names: Set<string>): void {
  for (const [index, item] of containers.entries()) {
    const itemPath = memberPath(path, index);
    const container = readObject(item, itemPath);
    const namePath = memberPath(itemPath, 'name');
    const name = readName(container, 'name', itemPath);
    checkLabel(name, namePath);
    if (names.has(name)) throw new WireError(namePath, 'is the name of another container too');
    names.add(name);
    readName(container, 'image', itemPath);
  }
}
