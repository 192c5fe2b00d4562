import type { Clock } from '../../clock.js';
import type { Engine } from '../../engine/index.js';
import type { Logger } from '../../log.js';
import type { Counter } from '../../provider/index.js';
import type { Tracer } from '../../telemetry.js';
import type { PodCache } from '../cache/index.js';
import type { PodEvents } from '../events/index.js';
import type { Images } from '../images/index.js';
import type { Journal } from '../journal/index.js';
import type { Ledger } from '../ledger/index.js';
import type { LogFollowers } from '../logs/index.js';
import type { MessageFiles } from '../messages/index.js';
import type { NodeTraits } from '../node/index.js';
import type { PodNetworks } from '../network/index.js';
import type { Prober } from '../probes/index.js';
import type { SandboxImage } from '../sandbox/index.js';
import type { RecordKeys, SecretsHolder } from '../secrets/index.js';
import type { NodeOwner } from './owner.js';

/** What work on pods is done with: the rooms beside this one, made once by DockerProvider. */
export interface Rooms {
  /** Name of the virtual node. */
  readonly node: string;
  /** What shapes its pods; the engine's part is as of the newest connect. */
  readonly traits: NodeTraits;
  /** Takes what changes something only while the node name is ours. */
  readonly engine: Engine;
  readonly owner: NodeOwner;
  readonly cache: PodCache;
  readonly ledger: Ledger;
  readonly networks: PodNetworks;
  /** Ids of helpers that are used for longer than one run of a tool. */
  readonly helpersInUse: () => ReadonlySet<string>;
  readonly images: Images;
  readonly sandboxImage: SandboxImage;
  readonly messages: MessageFiles;
  readonly secrets: SecretsHolder;
  /** Absent: what is sealed in records stays closed. */
  readonly recordKeys?: RecordKeys;
  readonly followers: LogFollowers;
  readonly prober: Prober;
  readonly events: PodEvents;
  readonly journal: Journal;
  /** Of containers that were started again. */
  readonly restarts: Counter;
  readonly tracer: Tracer;
  readonly clock: Clock;
  readonly logger: Logger;
}
