import type { Pod } from '../kube/index.js';
import { parseDelivered, type DeliveredObjects } from './delivered.js';
import type { components } from './plugin-api.generated.js';
import { parsePod } from './pod.js';
import { readObject, readOptionalList } from './reading.js';
import { memberPath, WireError } from './wire-error.js';

/** One pod of a create request, with what came along for its volumes. */
export interface CreateRequest {
  readonly pod: Pod;
  readonly delivered: DeliveredObjects;
}

/** `array` is the form of older interLink releases; the answer takes the request's form. */
export type CreateForm = 'object' | 'array';

export interface ParsedCreateBody {
  readonly pods: readonly CreateRequest[];
  readonly form: CreateForm;
}

export type CreatedPodJson = components['schemas']['CreatedPod'];

/** Body of POST /create. @throws WireError with the path of the field that is wrong */
export function parseCreateBody(body: unknown): ParsedCreateBody {
  if (!Array.isArray(body)) return { form: 'object', pods: [parseEntry(body, '')] };
  if (body.length === 0) throw new WireError('', 'must hold at least one pod');
  return { form: 'array', pods: body.map((entry, index) => parseEntry(entry, memberPath('', index))) };
}

function parseEntry(value: unknown, path: string): CreateRequest {
  const entry = readObject(value, path);
  return {
    pod: parsePod(entry['pod'], memberPath(path, 'pod')),
    delivered: parseDelivered(readOptionalList(entry, 'container', path), memberPath(path, 'container')),
  };
}

/** Answer of POST /create, in the request's form and order. */
export function toCreateAnswer(
  created: readonly { readonly uid: string; readonly jobId: string }[],
  form: CreateForm,
): CreatedPodJson | readonly CreatedPodJson[] {
  const answers = created.map(({ uid, jobId }) => ({ PodUID: uid, PodJID: jobId }));
  const [first] = answers;
  return form === 'object' && first !== undefined ? first : answers;
}
