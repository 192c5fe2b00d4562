import { isEngineError } from '../../engine/index.js';
import { runTool, type ToolBench } from './run-tool.js';

/** That of a sandbox, the lowest that a pod's containers are given. */
const LOWEST_SCORE = -998;
/** It is there already. */
const NOTHING_TO_DO = ['dir', '755', '/v'];

/**
 * Tries whether the engine may start containers that the kernel ends last for want of memory: that takes a right which an engine
 * inside a container often lacks, and nothing else tells.
 * @throws EngineError when the engine was away, or something else was wrong
 */
export async function mayLowerOomScores(bench: ToolBench, signal: AbortSignal): Promise<boolean> {
  try {
    await runTool({ command: NOTHING_TO_DO, mounts: [], host: { OomScoreAdj: LOWEST_SCORE } }, bench, signal);
    return true;
  } catch (error) {
    if (isEngineError(error, 'Failed', 'BadRequest')) return false;
    throw error;
  }
}
