import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { call, type Endpoint, parseDockerHost, toDockerHost } from './endpoint.js';
import { eventually } from './eventually.js';

/** Label that every engine object of a virtual node carries. */
const NODE_LABEL = 'interlink.eu/node';
const DEFAULT_SOCKET = '/var/run/docker.sock';

export interface EngineUnderTest {
  readonly endpoint: Endpoint;
  readonly dockerHost: string;
}

/** Whether an engine answers has to be known while tests are declared, so it is asked synchronously. */
const PING = `
  const request = require('node:http').get({ ...JSON.parse(process.argv[1]), path: '/_ping', timeout: 5000 }, (response) => process.exit(response.statusCode === 200 ? 0 : 1));
  request.on('error', () => process.exit(1)).on('timeout', () => process.exit(1));
`;

/** The engine that DOCKER_HOST names, or the usual socket; `undefined` when none answers. */
export function findEngine(): EngineUnderTest | undefined {
  const endpoint = process.env['DOCKER_HOST'] ? parseDockerHost(process.env['DOCKER_HOST']) : { socketPath: DEFAULT_SOCKET };
  if (endpoint === undefined) return undefined;
  const isUp = spawnSync(process.execPath, ['-e', PING, JSON.stringify(endpoint)]).status === 0;
  return isUp ? { endpoint, dockerHost: toDockerHost(endpoint) } : undefined;
}

/** A `describe` that needs an engine. Without one its tests are skipped, and stderr says so. */
export function describeWithEngine(name: string, declare: (engine: EngineUnderTest) => void): void {
  const engine = findEngine();
  if (engine === undefined) skipAloud(name, 'no Docker Engine answers');
  else describe(name, () => declare(engine));
}

/** Declares a skipped suite, so that the count shows it, and says why. */
export function skipAloud(name: string, why: string): void {
  process.stderr.write(`SKIPPED ${name}: ${why}\n`);
  describe.skip(name, () => {
    test(why, () => undefined);
  });
}

/** Name of a virtual node that no other run has. */
export function uniqueNode(prefix = 'test'): string {
  return `${prefix}-${process.pid}-${randomBytes(4).toString('hex')}`;
}

/** Removes every container, volume and network of one virtual node, and nothing else. Resolves when they are gone. */
export async function purgeNode(node: string, endpoint: Endpoint | undefined = findEngine()?.endpoint): Promise<void> {
  if (endpoint === undefined) return;
  await purgeLabel(`${NODE_LABEL}=${node}`, endpoint);
}

/** So often, an endpoint that is going has gone. */
const PATIENT_REFUSALS = 100;

/** The same for any label, as `key=value`. */
export async function purgeLabel(label: string, endpoint: Endpoint): Promise<void> {
  const refusals = new Map<string, number>();
  const isStuck = (id: string): boolean => (refusals.get(id) ?? 0) >= PATIENT_REFUSALS;
  await eventually(async () => {
    const { containers, volumes, networks } = await objectsOf(label, endpoint);
    for (const id of containers) await call(endpoint, 'DELETE', `/containers/${id}?force=1&v=1`);
    for (const name of volumes) await call(endpoint, 'DELETE', `/volumes/${encodeURIComponent(name)}`);
    for (const id of networks) {
      const { status, text } = await call(endpoint, 'DELETE', `/networks/${id}`);
      if (containers.length === 0 && status >= 400 && text.includes('has active endpoints')) refusals.set(id, (refusals.get(id) ?? 0) + 1);
    }
    return containers.length + volumes.length + networks.filter((id) => !isStuck(id)).length === 0;
  }, { deadlineMs: 30_000 });
  // An engine can lose a container that was removed in the middle of its start, and keep its endpoint until its own restart.
  for (const id of [...refusals.keys()].filter(isStuck)) process.stderr.write(`LEFT: the engine keeps network ${id} for an endpoint of no container\n`);
}

export interface LabelledObjects {
  /** Ids. */
  readonly containers: readonly string[];
  /** Names. */
  readonly volumes: readonly string[];
  /** Ids. */
  readonly networks: readonly string[];
}

/** What carries a label (`key=value`) on the engine: tests assert that nothing is left behind. */
export async function objectsOf(label: string, endpoint: Endpoint): Promise<LabelledObjects> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const list = async (path: string): Promise<unknown> => (await call(endpoint, 'GET', path)).json();
  const containers = (await list(`/containers/json?all=1&filters=${filters}`)) as { Id: string }[];
  const volumes = (await list(`/volumes?filters=${filters}`)) as { Volumes: { Name: string }[] | null };
  const networks = (await list(`/networks?filters=${filters}`)) as { Id: string }[];
  return {
    containers: containers.map(({ Id }) => Id),
    volumes: (volumes.Volumes ?? []).map(({ Name }) => Name),
    networks: networks.map(({ Id }) => Id),
  };
}

/** Everything of one virtual node that is on the engine. */
export function objectsOfNode(node: string, endpoint: Endpoint): Promise<LabelledObjects> {
  return objectsOf(`${NODE_LABEL}=${node}`, endpoint);
}
