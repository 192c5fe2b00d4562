import { randomUUID } from 'node:crypto';
import type { CreateBody , PluginCaller} from '../../src/caller/index.js';
import { FIRST_VIEW, makeStamp, toCreateBody, toDeletePod, toStatusPod } from '../../src/caller/index.js';
import { DEFAULT_POLICY, NO_ABILITIES } from '../../src/docker/node/index.js';
import { LABEL, type PodRecord, RECORD_VERSION } from '../../src/docker/record/index.js';
import { toContainerConfig } from '../../src/docker/spec/index.js';
import { planVolumes, toVolumeTar } from '../../src/docker/volumes/index.js';
import type { ContainerConfig, ContainerEvent, Engine } from '../../src/engine/index.js';
import { parseCreateBody } from '../../src/wire/index.js';
import { eventually } from '../support/eventually.js';
import { type Figures, interleave, type Subject, timed } from './measure.js';
import type { Peers, Podman } from './peers/index.js';
import { NO_FIGURES, type Row } from './table.js';

const BENCH_NODE = { name: 'bench', policy: DEFAULT_POLICY, abilities: NO_ABILITIES };

const SUBNET = '10.214.0.0/24';

export interface Bench {
  readonly engine: Engine;
  readonly caller: PluginCaller;
  /** Label of everything that the bench makes on the engine itself. */
  readonly label: string;
  readonly rounds: number;
  readonly peers: Peers;
}

interface PodShape {
  readonly containers: number;
  readonly withFile: boolean;
}

/** `/create` to running, against the engine's own create and start of the same containers on the same kind of network. */
export async function benchStarts(bench: Bench): Promise<readonly Row[]> {
  const network = `bench_${randomUUID()}`;
  await bench.engine.createNetwork({ name: network, subnet: SUBNET, labels: { [bench.label]: '1' } });
  try {
    return [
      ...(await compare('one container, no files: `/create` to running', { containers: 1, withFile: false }, { atMost: 1.1, aim: 1.05 }, bench, network)),
      ...(await compare('one container with a file: the same, and one PUT', { containers: 1, withFile: true }, { atMost: 1.1, aim: 1.05 }, bench, network)),
      ...(await compare('three containers', { containers: 3, withFile: false }, { atMost: 0.7, aim: 0.6 }, bench, network)),
    ];
  } finally {
    await bench.engine.removeNetwork(network);
  }
}

async function compare(what: string, shape: PodShape, target: { atMost: number; aim: number }, bench: Bench, network: string): Promise<readonly Row[]> {
  const { fastapi, podman } = bench.peers;
  // Neither takes files that come with the pod.
  const peers: Subject[] = shape.withFile
    ? []
    : [
        ...(fastapi ? [{ name: 'FastAPI plugin', run: () => runPod(shape, { ...bench, caller: fastapi.caller }) }] : []),
        ...(podman ? [{ name: '`podman kube play`', run: () => runPodman(shape, podman) }] : []),
      ];
  const subjects: Subject[] = [{ name: 'plugin', run: () => runPod(shape, bench) }, { name: 'engine', run: (round) => runRaw(shape, bench, network, round) }, ...peers];
  const figures = await interleave(subjects, bench.rounds);
  const of = (name: string): Figures => figures.get(name) ?? NO_FIGURES;
  const [ours, unit] = [of('plugin'), 'ms'];
  return [{ what, ours, theirs: of('engine'), unit, target }, ...peers.map(({ name }) => ({ what: `the same, against ${name}: ${what}`, ours, theirs: of(name), unit }))];
}

/** Until the command has ended, which waits for the start of every container. */
async function runPodman({ containers }: PodShape, podman: Podman): Promise<number> {
  const ms = await timed(() => podman.play('bench', containers));
  await podman.down();
  return ms;
}

function toBody({ containers, withFile }: PodShape): CreateBody {
  const container = (index: number) => ({
    name: `c${index}`,
    image: 'busybox:1.36',
    command: ['sleep', '1000'],
    ...(withFile && { volumeMounts: [{ name: 'file', mountPath: '/file' }] }),
  });
  return toCreateBody(
    {
      pod: {
        metadata: { name: 'bench', namespace: 'bench' },
        spec: {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 0,
          containers: Array.from({ length: containers }, (_, index) => container(index)),
          ...(withFile && { volumes: [{ name: 'file', configMap: { name: 'file' } }] }),
        },
      },
      configMaps: withFile ? [{ metadata: { name: 'file', namespace: 'bench' }, data: { key: 'value' } }] : [],
      secrets: [],
    },
    makeStamp(new Date()),
  );
}

/**
 * Until the engine says that the last container has started. Asking the plugin in between would take the time of two cores from
 * the engine; that it says so too is asked afterwards.
 */
async function runPod(shape: PodShape, { caller, engine }: Bench): Promise<number> {
  const body = toBody(shape);
  const { uid } = body.pod.metadata;
  const starts = await watchStarts(engine, uid, shape.containers);
  const ms = await timed(async () => {
    await caller.create(body);
    await starts.done;
  });
  await eventually(async () => {
    const [status] = await caller.status([toStatusPod(body.pod, uid, FIRST_VIEW)]);
    return status?.containers.every((container) => container.state?.running !== undefined);
  });
  await caller.delete(toDeletePod(body.pod, undefined, FIRST_VIEW, new Date()));
  return ms;
}

/** @returns, once it watches, a promise of the start of so many containers of a pod, its sandbox not counted */
async function watchStarts(engine: Engine, podUid: string, count: number): Promise<{ readonly done: Promise<void> }> {
  const stop = new AbortController();
  let left = count;
  let finish: () => void = () => undefined;
  const started = new Promise<void>((resolve) => (finish = resolve));
  const onEvent = ({ action, attributes }: ContainerEvent): void => {
    if (action !== 'start' || attributes[LABEL.type] !== 'container' || --left > 0) return;
    stop.abort();
    finish();
  };
  await engine.watchEvents(`${LABEL.podUid}=${podUid}`, onEvent, () => undefined, stop.signal);
  return { done: started };
}

/** The same containers by the engine's own create, PUT and start, each on its own address of a network like ours. */
async function runRaw(shape: PodShape, { engine, label }: Bench, network: string, round: number): Promise<number> {
  const { pods } = parseCreateBody(toBody(shape));
  const [request] = pods;
  if (request === undefined) throw new Error('no pod');
  const volumes = planVolumes({ pod: request.pod, delivered: request.delivered, node: BENCH_NODE, acceptedAt: new Date() });
  const ids: string[] = [];
  const ms = await timed(async () => {
    for (const [index, container] of request.pod.spec.containers.entries()) {
      const ip = `10.214.0.${2 + ((round * 3 + index) % 200)}`;
      const record: PodRecord = {
        version: RECORD_VERSION,
        pod: { ...request.pod, spec: { ...request.pod.spec, containers: [container] } },
        acceptedAt: '',
        network: { name: network, subnet: SUBNET, ip, aliases: ['bench'] },
        volumes: volumes.map(({ volume }) => volume),
      };
      const config: ContainerConfig = { ...toContainerConfig(record, container, { id: '', shared: false }, BENCH_NODE), Labels: { [label]: '1' } };
      const id = await engine.createContainer(`bench_${randomUUID()}`, config);
      ids.push(id);
      if (volumes.length > 0) await engine.putArchive(id, '/', await toVolumeTar(volumes, new Date()));
      await engine.startContainer(id);
    }
  });
  for (const id of ids) await engine.removeContainer(id);
  for (const volume of await engine.listVolumes([`io.kubernetes.pod.uid=${request.pod.metadata.uid}`])) await engine.removeVolume(volume.Name);
  return ms;
}
