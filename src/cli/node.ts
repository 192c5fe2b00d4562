import { type Call, exchange, parsePluginUrl, PLUGIN_URL_ALLOWED, PluginRefused, readText } from '../caller/index.js';

/** As `GET /debug/node` tells of a pod. */
export interface NodePodLine {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly state: string;
}

/** As `GET /debug/node` tells of the node. */
export interface NodeLine {
  readonly node: string;
  readonly cordonedSince?: string;
  readonly isEngineConnected: boolean;
  readonly isDurable: boolean;
  readonly pods: readonly NodePodLine[];
}

/** What a running plugin does with its node; `state`: nothing. */
export type NodeOrder = 'state' | 'cordon' | 'uncordon' | 'drain';

const TIMEOUT_MS = 30_000;

/** Asks a running plugin. @throws PluginRefused, PluginUnreachable, RangeError for a URL that is none; `signal.reason` when aborted */
export async function askNode(url: string, order: NodeOrder, signal?: AbortSignal): Promise<NodeLine> {
  const address = parsePluginUrl(url);
  if (address === undefined) throw new RangeError(`${url} is not the address of a plugin: give ${PLUGIN_URL_ALLOWED}`);
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const call: Call = {
    method: order === 'state' ? 'GET' : 'POST',
    path: order === 'state' ? '/debug/node' : `/debug/node/${order}`,
    session: order,
    body: null,
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  };
  const answer = await exchange(address, call);
  const text = await readText(answer, call);
  if (answer.status !== 200) throw new PluginRefused(`${call.method} ${call.path}`, answer.status, text);
  return JSON.parse(text) as NodeLine;
}

/** As a person calls it; of a pod without a record nothing but its UID is known. */
export function nameOfPod({ namespace, name, uid }: Pick<NodePodLine, 'namespace' | 'name' | 'uid'>): string {
  return name === '' ? uid : `${namespace}/${name}`;
}
