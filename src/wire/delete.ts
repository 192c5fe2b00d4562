import type { Pod } from '../kube/index.js';
import { parsePod } from './pod.js';

/** Body of POST /delete: the pod itself. Its container states mean nothing. @throws WireError */
export function parseDeleteBody(body: unknown): Pod {
  return parsePod(body, '');
}
