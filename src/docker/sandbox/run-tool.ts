import { randomUUID } from 'node:crypto';
import type { Engine, HostConfig, MountConfig } from '../../engine/index.js';
import { ProviderError } from '../../errors.js';
import { HELPER, helperPrefix, LABEL } from '../record/index.js';

/** One run of the sandbox tool in a container of its own. */
export interface ToolRun {
  /** Subcommand and its words, none of them secret: a process list shows them. */
  readonly command: readonly string[];
  readonly mounts: readonly MountConfig[];
  /** The only ones it has. */
  readonly capabilities?: readonly string[];
  /** Namespaces that it joins, and what else is not as usual. */
  readonly host?: Pick<HostConfig, 'PidMode' | 'OomScoreAdj'>;
}

/** What the tool is run with. */
export interface ToolBench {
  readonly engine: Engine;
  /** Name of the virtual node: what a killed plugin leaves of its runs is found by it. */
  readonly node: string;
  readonly image: string;
}

/**
 * Runs the sandbox tool as root without a network and without anything it was not given, and removes it again.
 * @throws ProviderError `EngineFailed` when it ends with another code than 0; EngineError
 */
export async function runTool({ command, mounts, capabilities = [], host = {} }: ToolRun, { engine, node, image }: ToolBench, signal: AbortSignal): Promise<void> {
  const id = await engine.createContainer(`${helperPrefix(node)}${randomUUID()}`, {
    Image: image,
    Cmd: command,
    User: '0:0',
    Labels: { [LABEL.node]: node, [LABEL.type]: HELPER },
    HostConfig: {
      NetworkMode: 'none',
      RestartPolicy: { Name: 'no' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '1m', 'max-file': '1' } },
      CapDrop: ['ALL'],
      CapAdd: capabilities,
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Mounts: mounts,
      ...host,
    },
  }, signal);
  try {
    await engine.startContainer(id, signal);
    const exitCode = await engine.waitContainer(id, signal);
    if (exitCode !== 0) throw new ProviderError('EngineFailed', `the sandbox tool ended with ${exitCode}: ${command.join(' ')}`);
  } finally {
    await engine.removeContainer(id);
  }
}
