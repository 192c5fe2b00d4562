/** The sandbox container's image: one static tool, carried by the project and imported through the engine's API. */
export { mayLowerOomScores } from './oom-trial.js';
export { LeftRuns } from './left-runs.js';
export { runTool, type ToolBench, type ToolRun } from './run-tool.js';
export { SandboxImage, TOOL_PATH } from './image.js';
