/** The sandbox container's image: one static tool, carried by the project and imported through the engine's API. */
export { SandboxImage, TOOL_PATH } from './image.js';
