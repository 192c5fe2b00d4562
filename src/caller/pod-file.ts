import type { ConfigMap, Pod as ManifestPod, Secret } from 'kubernetes-types/core/v1.js';
import { parseAllDocuments } from 'yaml';
import type { Document, Tags } from 'yaml';
import type { z } from 'zod';
import type { PodSpec } from '../kube/index.js';
import { PodFileError } from './pod-file-error.js';
import { configMapDocument, podDocument, secretDocument } from './pod-file-schema.js';
import type { ConfigMapDocument, SecretDocument } from './pod-file-schema.js';

/** A pod as a person writes it, before an API server completes it. */
export interface PodManifest extends Omit<ManifestPod, 'spec' | 'metadata'> {
  readonly metadata: NonNullable<ManifestPod['metadata']>;
  readonly spec: PodSpec;
}

/** What one multi-document file holds; objects carry the namespace they belong to. */
export interface PodFile {
  readonly pod: PodManifest;
  readonly configMaps: readonly ConfigMap[];
  /** `data` only, in base64. */
  readonly secrets: readonly Secret[];
}

type JsonObject = Record<string, unknown>;

interface KindDocument {
  readonly label: string;
  readonly kind: unknown;
  readonly json: JsonObject;
}

/**
 * Reads a pod and the ConfigMaps and Secrets it uses.
 * @throws PodFileError naming the document and the field that is wrong
 */
export function readPodFile(text: string): PodFile {
  const documents = parseDocuments(text);
  const pods = documents.filter(({ kind }) => kind === 'Pod');
  const [podDoc, second] = pods;
  if (podDoc === undefined) throw new PodFileError('There is no Pod in the file');
  if (second !== undefined) throw new PodFileError(`${second.label}: the file has a Pod already, and one is run at a time`);
  const pod = check(podDoc, podDocument, dropNulls(podDoc.json)) as unknown as PodManifest;
  const namespace = pod.metadata.namespace ?? 'default';
  const ofKind = (kind: string): KindDocument[] => documents.filter((document) => document.kind === kind);
  return {
    pod,
    configMaps: ofKind('ConfigMap').map((document) => toConfigMap(check(document, configMapDocument), namespace)),
    secrets: ofKind('Secret').map((document) => toSecret(check(document, secretDocument), namespace)),
  };
}

function parseDocuments(text: string): KindDocument[] {
  const parsed = parseAllDocuments(text, { version: '1.1', customTags: asGoReads });
  const documents = Array.isArray(parsed) ? (parsed as Document.Parsed[]) : [];
  return documents.flatMap((document, index) => {
    const [error] = document.errors;
    if (error) throw new PodFileError(`Document ${index + 1}: ${error.message}`, { cause: error });
    const json: unknown = document.toJS();
    return json === null ? [] : [toKindDocument(json, index)];
  });
}

/** YAML 1.1 as Kubernetes' tools read it: octal 0400 and yes/no, but times stay text. */
function asGoReads(tags: Tags): Tags {
  return tags.filter((tag) => typeof tag === 'string' || !(tag.tag.endsWith(':timestamp') || ('format' in tag && tag.format === 'TIME')));
}

function toKindDocument(json: unknown, index: number): KindDocument {
  const label = `Document ${index + 1}`;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new PodFileError(`${label}: must be a Kubernetes object`);
  const { kind, metadata } = json as { kind?: unknown; metadata?: { name?: unknown } };
  if (kind !== 'Pod' && kind !== 'ConfigMap' && kind !== 'Secret') {
    throw new PodFileError(`${label}: kind ${JSON.stringify(kind ?? null)} cannot be used here: a pod file holds one Pod and any ConfigMaps and Secrets`);
  }
  const name = typeof metadata?.name === 'string' ? ` ${metadata.name}` : '';
  return { label: `${label} (${kind}${name})`, kind, json: json as JsonObject };
}

function check<T extends z.ZodType>(document: KindDocument, schema: T, json: unknown = document.json): z.output<T> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${toPath(issue.path)} ${issue.message}`);
  throw new PodFileError(`${document.label}: ${problems.join('; ')}`);
}

function toPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key)), '');
}

function toConfigMap({ metadata, data, binaryData }: ConfigMapDocument, namespace: string): ConfigMap {
  return {
    metadata: { name: metadata.name, namespace: metadata.namespace ?? namespace },
    ...(data && { data }),
    ...(binaryData && { binaryData }),
  };
}

/** stringData is write-only: an API server folds it into data, over a key of the same name. */
function toSecret({ metadata, type, data, stringData }: SecretDocument, namespace: string): Secret {
  const encoded = Object.entries(stringData ?? {}).map(([key, value]) => [key, Buffer.from(value).toString('base64')] as const);
  return {
    metadata: { name: metadata.name, namespace: metadata.namespace ?? namespace },
    data: { ...data, ...Object.fromEntries(encoded) },
    type: type ?? 'Opaque',
  };
}

/** `volumes:` without a value means no volumes. */
function dropNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, dropNulls(item)]])));
}
