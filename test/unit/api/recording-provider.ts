import { Readable } from 'node:stream';
import { eventually } from '../../support/eventually.js';
import type { Pod } from '../../../src/kube/index.js';
import type { LogFields, Logger } from '../../../src/log.js';
import { Provider, type CallContext, type CreatedPod, type CreateRequest, type LogRequest, type NodeReport, type PodStatus } from '../../../src/provider/index.js';

/** Keeps what it is asked, and answers what a plain backend would. */
export class RecordingProvider extends Provider {
  readonly created: CreateRequest[] = [];
  readonly deleted: Pod[] = [];
  readonly asked: (readonly Pod[])[] = [];
  readonly logRequests: LogRequest[] = [];
  readonly contexts: CallContext[] = [];
  /** What the next creates fail with. */
  failure: Error | undefined;

  /** As new: one app serves a whole file of tests, for making one takes long. */
  reset(): void {
    for (const list of [this.created, this.deleted, this.asked, this.logRequests, this.contexts]) list.length = 0;
    this.failure = undefined;
  }

  override async create(request: CreateRequest, context: CallContext): Promise<CreatedPod> {
    this.contexts.push(context);
    if (this.failure !== undefined) throw this.failure;
    this.created.push(request);
    return { uid: request.pod.metadata.uid, jobId: `job-${request.pod.metadata.uid.slice(0, 8)}` };
  }

  override async delete(pod: Pod, context: CallContext): Promise<void> {
    this.contexts.push(context);
    this.deleted.push(pod);
  }

  override async status(pods: readonly Pod[], context: CallContext): Promise<readonly PodStatus[]> {
    this.contexts.push(context);
    this.asked.push(pods);
    return pods.map(({ metadata: { name, namespace, uid } }) => ({ name, namespace, uid, jobId: 'job', containers: [], initContainers: [] }));
  }

  override async getLogs(request: LogRequest, context: CallContext): Promise<Readable> {
    this.contexts.push(context);
    this.logRequests.push(request);
    return Readable.from([Buffer.from('hello from '), Buffer.from('main\n')]);
  }

  override async ping(): Promise<NodeReport> {
    return { cpu: '16', memory: '64Gi', pods: '110', accelerators: [], taints: [] };
  }
}

export interface LogLine extends LogFields {
  readonly level: string;
  readonly message: string;
}

/** A logger whose lines can be looked at. */
export class RecordingLogger implements Logger {
  readonly lines: LogLine[] = [];

  readonly debug = this.at('debug');
  readonly info = this.at('info');
  readonly warn = this.at('warn');
  readonly error = this.at('error');

  child(): Logger {
    return this;
  }

  /** The line of one request, which is written after its answer. */
  lineOf(session: string): Promise<LogLine> {
    return eventually(() => this.lines.find((line) => line['session'] === session), { intervalMs: 2 });
  }

  private at(level: string): (message: string, fields?: LogFields) => void {
    return (message, fields = {}) => void this.lines.push({ ...fields, level, message });
  }
}
