import { HELPER, helperPrefix, LABEL } from '../record/index.js';
import type { ToolBench } from './run-tool.js';

/** Removes helpers that a plugin before this one was killed in. */
export class LeftRuns {
  /** Not started when they were looked at last. */
  private unstarted: ReadonlySet<string> = new Set();

  constructor(private readonly bench: Omit<ToolBench, 'image'>) {}

  /** To be called before this plugin has helpers of its own. */
  async removeAll(): Promise<void> {
    await this.remove((await this.list()).map(({ Id }) => Id));
  }

  /**
   * To be called from time to time. An engine goes on with the creation that a killed plugin asked for: its helper may come after all were
   * removed, and nobody starts it. A helper of our own is started at once.
   */
  async tidy(): Promise<void> {
    const unstarted = (await this.list()).filter(({ State }) => State === 'created').map(({ Id }) => Id);
    await this.remove(unstarted.filter((id) => this.unstarted.has(id)));
    this.unstarted = new Set(unstarted);
  }

  private async list(): ReturnType<ToolBench['engine']['listContainers']> {
    const { engine, node } = this.bench;
    const labelled = await engine.listContainers([`${LABEL.node}=${node}`, `${LABEL.type}=${HELPER}`]);
    return labelled.filter(({ Names }) => Names.some((name) => name.startsWith(`/${helperPrefix(node)}`)));
  }

  private async remove(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.bench.engine.removeContainer(id)));
  }
}
