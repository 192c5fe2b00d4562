import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../clock.js';
import { isEngineError, type RunningExec } from '../../engine/index.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import { HELPER, helperPrefix, LABEL } from '../record/index.js';
import { TOOL_PATH, type ToolBench } from '../sandbox/index.js';
import { toDialError } from './direct-dial.js';
import { RelayConnection } from './relay-connection.js';
import type { DialOptions, NodeAddresses, PodNetworkPlace } from './types.js';

/** A helper that no probe has used for so long goes, and with it its address. */
const IDLE_MS = 60_000;
/** Beyond the time that a connection may last: whoever wanted it is told first. */
const SLACK_SECONDS = 1;

interface Helper {
  readonly id: Promise<string>;
  knownId: string | undefined;
  /** Connections that are open: a hook may take long. */
  open: number;
  callOff: () => void;
}

/**
 * Connections to pods from a helper container on their network, where there is no way from here: one helper a network, one command a
 * connection, which ends by itself.
 */
export class Relays {
  private readonly helpers = new Map<string, Helper>();

  constructor(
    private readonly bench: ToolBench,
    private readonly addresses: NodeAddresses,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** @throws Error in the words of Go's net package; EngineError */
  async connect(network: PodNetworkPlace, host: string, port: number, options: DialOptions): Promise<Duplex> {
    const { exec, helper } = await this.start(network, ['relay', host, String(port), String(Math.ceil(options.lastsMs / 1000) + SLACK_SECONDS)]);
    const connection = new RelayConnection(exec);
    helper.open++;
    connection.once('close', () => helper.open--);
    const leave = (): void => void connection.destroy();
    connection.on('error', () => undefined);
    options.signal.addEventListener('abort', leave, { once: true });
    if (options.signal.aborted) leave();
    try {
      await connection.connected;
      return connection;
    } catch (error) {
      connection.destroy();
      throw toDialError(host, port, options.signal.aborted ? 'i/o timeout' : messageOf(error));
    } finally {
      options.signal.removeEventListener('abort', leave);
    }
  }

  /** Ids of those that are there. */
  get ids(): ReadonlySet<string> {
    return new Set([...this.helpers.values()].flatMap(({ knownId }) => knownId ?? []));
  }

  /** Removes every helper. */
  async stop(): Promise<void> {
    await Promise.all([...this.helpers.keys()].map((name) => this.remove(name)));
  }

  /** A helper that is gone, by a prune say, is made again, once. */
  private async start(network: PodNetworkPlace, command: readonly string[], isSecond = false): Promise<{ readonly exec: RunningExec; readonly helper: Helper }> {
    const helper = this.helperOn(network);
    const id = await helper.id;
    try {
      return { exec: await this.bench.engine.startExec(id, { command: [TOOL_PATH, ...command], stdin: true }), helper };
    } catch (error) {
      if (isSecond || !isEngineError(error, 'NotFound', 'Conflict')) throw error;
      if (this.helpers.get(network.name) === helper) await this.remove(network.name);
      return this.start(network, command, true);
    }
  }

  private helperOn(network: PodNetworkPlace): Helper {
    let helper = this.helpers.get(network.name);
    if (helper === undefined) {
      const made: Helper = { id: this.make(network), knownId: undefined, open: 0, callOff: () => undefined };
      made.id.then((id) => (made.knownId = id), () => {
        if (this.helpers.get(network.name) === made) this.helpers.delete(network.name);
      });
      this.helpers.set(network.name, made);
      helper = made;
    }
    this.removeWhenIdle(network.name, helper);
    return helper;
  }

  private removeWhenIdle(name: string, helper: Helper): void {
    helper.callOff();
    helper.callOff = this.clock.at(new Date(this.clock.now().getTime() + IDLE_MS), () => {
      if (helper.open > 0) this.removeWhenIdle(name, helper);
      else void this.remove(name);
    });
  }

  private async make({ name, subnet }: PodNetworkPlace): Promise<string> {
    const { engine, node, image } = this.bench;
    const address = this.addresses.claimForNode(name, subnet);
    const id = await engine.createContainer(`${helperPrefix(node)}${randomUUID()}`, {
      Image: image,
      Cmd: ['pause'],
      User: '65535:65535',
      Labels: { [LABEL.node]: node, [LABEL.type]: HELPER },
      HostConfig: {
        NetworkMode: name,
        RestartPolicy: { Name: 'no' },
        LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } },
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        ReadonlyRootfs: true,
      },
      NetworkingConfig: { EndpointsConfig: { [name]: { IPAMConfig: { IPv4Address: address } } } },
    });
    try {
      await engine.startContainer(id);
      this.logger.info('a helper connects probes to the pods of a network', { network: name });
      return id;
    } catch (error) {
      await engine.removeContainer(id);
      this.addresses.giveBackForNode(name);
      throw error;
    }
  }

  private async remove(name: string): Promise<void> {
    const helper = this.helpers.get(name);
    if (helper === undefined) return;
    this.helpers.delete(name);
    helper.callOff();
    try {
      await this.bench.engine.removeContainer(await helper.id);
      this.addresses.giveBackForNode(name);
    } catch (error) {
      this.logger.warn('a helper of probes could not be removed', { network: name, reason: messageOf(error) });
    }
  }
}
