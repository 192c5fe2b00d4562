import { type Engine, isEngineError } from '../../engine/index.js';
import { hasEnded } from './holder-process.js';
import { ownerName, PROCESS } from './owner.js';

/**
 * Whether a plugin acts for a node name: its claim is on the engine, and its process is not gone for certain. Of one that was killed on
 * another host that cannot be told.
 */
export async function isNodeHeld(node: string, engine: Engine): Promise<boolean> {
  try {
    const { Config } = await engine.inspectContainer(ownerName(node));
    return !(await hasEnded(Config.Labels?.[PROCESS] ?? ''));
  } catch (error) {
    if (isEngineError(error, 'NotFound')) return false;
    throw error;
  }
}
