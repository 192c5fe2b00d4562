import { type Clock, systemClock } from '../clock.js';
import type { ContainerDetails, Engine } from '../engine/index.js';
import type { Logger } from '../log.js';
import { Counter } from '../provider/index.js';
import { noTracer, type Tracer } from '../telemetry.js';
import { type CacheListener, PodCache } from './cache/index.js';
import { EngineMeter } from './engine-meter.js';
import { PodEvents } from './events/index.js';
import { ImageCollector, Images } from './images/index.js';
import type { Journal } from './journal/index.js';
import { Ledger } from './ledger/index.js';
import { LogFollowers } from './logs/index.js';
import { EndMessages, MessageFiles } from './messages/index.js';
import { type NetworkSettings, PodNetworks } from './network/index.js';
import { DEFAULT_POLICY, type EngineAbilities, type NodePolicy, type NodeTraits } from './node/index.js';
import { NodeOwner, type Rooms } from './pods/index.js';
import { HungExecs, Prober, ProbeReach, type ReachSettings } from './probes/index.js';
import { SandboxImage } from './sandbox/index.js';
import { type RecordKeys, SecretsHolder } from './secrets/index.js';
import { EngineTrials } from './trials.js';

export interface DockerProviderOptions {
  readonly engine: Engine;
  /** Name of the virtual node whose pods these are: plugins on one engine tell their objects apart by it. */
  readonly node: string;
  readonly network: NetworkSettings;
  /** Default: the one of a configuration that says nothing. */
  readonly policy?: NodePolicy;
  /** Under which secret parts of records lie; needed where the policy keeps secret files in memory. */
  readonly recordKeys?: RecordKeys;
  /** Name, with a tag, under which the sandbox image is imported. */
  readonly sandboxImage: string;
  readonly journal: Journal;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Of the program, for its figures. */
  readonly version?: string;
  /** Default: nothing is traced. */
  readonly tracer?: Tracer;
  /** How probes get to the pods; default: directly, or by a helper. */
  readonly reach?: ReachSettings;
}

/** What the rooms ask of, and tell, the provider that is made of them. */
export interface RoomsHooks {
  /** The picture of a pod is a new one. */
  readonly changed: (podUid: string) => void;
  /** A container of this node was looked at. */
  readonly inspected: (details: ContainerDetails) => void;
  /** As of the newest connect. */
  readonly abilities: () => EngineAbilities;
}

/** The rooms, and what beside them has to be stopped, begun or measured. */
export interface OpenRooms {
  readonly rooms: Rooms;
  readonly reach: ProbeReach;
  readonly trials: EngineTrials;
  readonly meter: EngineMeter;
  /** The engine for everybody, whoever has the node name. */
  readonly itself: Engine;
}

/** Gives each room what it stands on. Nothing is started, and no engine is called. */
export function openRooms(options: DockerProviderOptions, hooks: RoomsHooks): OpenRooms {
  const { node, logger, journal, clock = systemClock, policy = DEFAULT_POLICY, tracer = noTracer } = options;
  const meter = new EngineMeter(tracer);
  const itself = meter.over(options.engine);
  const owner = new NodeOwner({ engine: itself, node, image: options.sandboxImage, clock, logger });
  const engine = itself.guarded(owner.act);
  const sandboxImage = new SandboxImage(engine, options.sandboxImage);
  const bench = { engine, node, image: sandboxImage.name };
  const trials = new EngineTrials(bench, logger);
  const traits = (): NodeTraits => ({ name: node, policy, abilities: { ...hooks.abilities(), negativeOomScores: trials.negativeOomScores } });
  const ledger = new Ledger(traits, logger);
  const { collection } = policy.images;
  const images = new Images(engine, policy.images, clock, logger, collection && new ImageCollector({ engine, node, clock, logger }, collection));
  const messages = new MessageFiles({ engine, node, sandboxImage, logger });
  const endMessages = new EndMessages(engine, messages);
  const listener = toListener({ journal, ledger, endMessages }, hooks);
  const cache = new PodCache(engine, node, listener, (imageId, reference) => images.repoDigestOf(imageId, reference), (details) => endMessages.of(details));
  const networks = new PodNetworks(engine, node, options.network, ledger.exclusive, logger);
  const reach = new ProbeReach({ bench, addresses: networks, clock, logger, ...(options.reach && { settings: options.reach }) });
  const rooms: Rooms = {
    node,
    get traits() {
      return traits();
    },
    engine,
    owner,
    cache,
    ledger,
    networks,
    helpersInUse: () => reach.helpers,
    images,
    sandboxImage,
    messages,
    secrets: new SecretsHolder({ engine, node, sandboxImage }),
    ...(options.recordKeys && { recordKeys: options.recordKeys }),
    followers: new LogFollowers(),
    prober: new Prober({ engine, dial: reach.dial, hung: new HungExecs(bench, clock, logger), clock }),
    events: new PodEvents(),
    journal,
    restarts: new Counter({ name: 'interlink_docker_container_restarts_total', help: 'Containers of pods that were started again.' }),
    tracer,
    clock,
    logger,
  };
  return { rooms, reach, trials, meter, itself };
}

/** What of a container has to be kept, or forgotten, beside its picture. */
function toListener({ journal, ledger, endMessages }: { journal: Journal; ledger: Ledger; endMessages: EndMessages }, { changed, inspected }: RoomsHooks): CacheListener {
  return {
    changed,
    inspected,
    endedFromOutside: (containerId, signal) => void journal.add({ kind: 'endedFromOutside', containerId, signal }),
    gone: (containerId) => {
      ledger.forgetContainer(containerId);
      endMessages.forget(containerId);
      void journal.done({ kind: 'endedFromOutside', containerId, signal: 0 });
      void journal.done({ kind: 'stoppedForHealth', containerId, until: '' });
    },
  };
}
