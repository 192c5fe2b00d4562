import { randomInt } from 'node:crypto';
import { buffer, text } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { type ContainerConfig, type ContainerDetails, demultiplex, type Engine, type LogFrame, type LogQuery } from '../../src/engine/index.js';
import { uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';

const LABEL = 'interlink-docker.test/contract';
/** The whole log, as it is now. */
export const WHOLE: LogQuery = { follow: false, timestamps: false };

/** The engine that the suite runs on, with what every test of it needs. */
export class Subject {
  readonly run = uniqueNode('contract');
  /** Everything that a run makes carries it. */
  readonly label = `${LABEL}=${this.run}`;
  readonly labels = { [LABEL]: this.run };
  readonly image = `${this.run}/busybox:1`;
  private serial = 0;

  constructor(readonly engine: Engine) {}

  unique(): string {
    return `${this.run}-${++this.serial}`;
  }

  /** A container on no network that runs one of the suite's commands. @returns its id */
  create({ Cmd }: { readonly Cmd: readonly string[] }, more: Partial<ContainerConfig> & { readonly name?: string } = {}): Promise<string> {
    const { name = this.unique(), ...config } = more;
    return this.engine.createContainer(name, { Image: this.image, Cmd, Labels: this.labels, HostConfig: { NetworkMode: 'none' }, ...config });
  }

  async start(command: { readonly Cmd: readonly string[] }, more: Parameters<Subject['create']>[1] = {}): Promise<string> {
    const id = await this.create(command, more);
    await this.engine.startContainer(id);
    return id;
  }

  async stateOf(id: string): Promise<ContainerDetails['State']> {
    return (await this.engine.inspectContainer(id)).State;
  }

  /** Resolves with the end of a container that runs or has run. */
  ended(id: string): Promise<ContainerDetails['State']> {
    return eventually(async () => {
      const state = await this.stateOf(id);
      return state.Status === 'exited' && state;
    });
  }

  async log(id: string, query: Partial<LogQuery> = {}): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const frames = (await this.engine.containerLogs(id, { ...WHOLE, ...query })).pipe(demultiplex());
    const said = { stdout: '', stderr: '' };
    for await (const { stream, chunk } of frames as AsyncIterable<LogFrame>) said[stream] += chunk.toString();
    return said;
  }

  async rawLog(id: string, query: Partial<LogQuery> = {}): Promise<string> {
    return text(await this.engine.containerLogs(id, { ...WHOLE, ...query }));
  }

  /** A network with 16 addresses, of a range that nothing else has. The engine refuses taken ones: then another is tried. */
  async network(): Promise<{ readonly name: string; readonly prefix: string; readonly subnet: string; readonly id: string }> {
    const name = this.unique();
    return eventually(async () => {
      const prefix = `10.${randomInt(220, 250)}.${randomInt(0, 256)}`;
      const subnet = `${prefix}.0/28`;
      return { name, prefix, subnet, id: await this.engine.createNetwork({ name, subnet, labels: this.labels }) };
    });
  }

  /** A container config on a network of ours. */
  on(network: string, address?: string): Pick<ContainerConfig, 'HostConfig' | 'NetworkingConfig'> {
    const endpoint = address === undefined ? {} : { IPAMConfig: { IPv4Address: address } };
    return { HostConfig: { NetworkMode: network }, NetworkingConfig: { EndpointsConfig: { [network]: endpoint } } };
  }
}

/** A tar of one file. */
export function tarOf(name: string, content: string): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name, mode: 0o640, mtime: new Date(0) }, content);
  tar.finalize();
  return buffer(tar);
}
