import type { Clock } from '../clock.js';
import { type Container, expandWords, type Pod } from '../kube/index.js';
import type { CreateRequest, PodStatus } from '../provider/index.js';
import { ContainerRun, type StartContainer } from './container-run.js';
import { isRestarted } from './restarts.js';

/** One pod: init containers one after the other, then the others side by side. */
export class PodRun {
  private readonly inits: readonly ContainerRun[];
  private readonly mains: readonly ContainerRun[];
  private isDeleted = false;
  private readonly over: Promise<void>;

  constructor(
    private readonly request: CreateRequest,
    start: StartContainer,
    clock: Clock,
  ) {
    const { pod, delivered } = request;
    const toRun = (container: Container): ContainerRun => {
      const expanded = withWords(container);
      return new ContainerRun(container, (attempt) => start({ pod, delivered, container: expanded, ...attempt }), clock);
    };
    this.inits = (pod.spec.initContainers ?? []).map(toRun);
    this.mains = pod.spec.containers.map(toRun);
    this.over = this.run();
  }

  get pod(): Pod {
    return this.request.pod;
  }

  /** Every container of the spec, every time. */
  get status(): PodStatus {
    const { name, namespace, uid } = this.pod.metadata;
    return { name, namespace, uid, jobId: uid, containers: this.mains.map(({ status }) => status), initContainers: this.inits.map(({ status }) => status) };
  }

  container(name: string): ContainerRun | undefined {
    return this.all.find(({ container }) => container.name === name);
  }

  /** Ends what runs; resolves when nothing does. */
  end(graceSeconds: number): Promise<void> {
    this.isDeleted = true;
    for (const one of this.all) one.stop(graceSeconds);
    return this.over;
  }

  /** Which containers the backend failed to end, and what it said. */
  get stopFailures(): readonly string[] {
    return this.all.flatMap(({ container, stopFailure }) => (stopFailure === undefined ? [] : [`container ${container.name}: ${stopFailure}`]));
  }

  private get all(): readonly ContainerRun[] {
    return [...this.inits, ...this.mains];
  }

  private async run(): Promise<void> {
    for (const [index, init] of this.inits.entries()) {
      const exitCode = await init.run((code) => isRestarted(this.pod, init.container, true, code));
      // None may be left waiting, or the pod would hang in the cluster's eyes.
      const [reason, message] = this.isDeleted ? ['PodDeleted', 'the pod was deleted'] : ['PodInitFailed', `init container ${init.container.name} ended with exit code ${exitCode}`];
      if (exitCode !== 0) return void [...this.inits.slice(index + 1), ...this.mains].forEach((one) => one.neverRan(reason, message));
    }
    await Promise.all(this.mains.map((main) => main.run((code) => isRestarted(this.pod, main.container, false, code))));
  }
}

/** Values come final; `$(VAR)` in command and args is the node's to replace. */
function withWords(container: Container): Container {
  const env = new Map((container.env ?? []).map(({ name, value = '' }) => [name, value]));
  const { command, args } = container;
  return { ...container, ...(command && { command: expandWords(command, env) }), ...(args && { args: expandWords(args, env) }) };
}
