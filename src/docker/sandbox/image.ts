import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';
import { type Engine, isEngineError } from '../../engine/index.js';
import { ProviderError } from '../../errors.js';
import { SANDBOX_TOOL, TOOL_SOURCE_SHA256 } from './tool/tool.generated.js';

/** Where the tool lies in the sandbox image. */
export const TOOL_PATH = '/tool';

/** Of the image: the tool that is in it. Short, for its containers have it too, and with them every list and event. */
const TOOL_LABEL = 'interlink.eu/tool';
const TOOL = TOOL_SOURCE_SHA256.slice(0, 12);

/** Ensures that the sandbox image is on the engine: the project carries it, so no registry is asked. */
export class SandboxImage {
  private importing: Promise<void> | undefined;

  constructor(
    private readonly engine: Engine,
    /** Name with a tag: an untagged image is what a prune takes first. */
    readonly name: string,
  ) {}

  /** An image with another tool, of an earlier version of ours, loses the name; containers keep what they were made of. */
  async ensure(): Promise<void> {
    try {
      const { Labels } = await this.engine.inspectImage(this.name);
      if (Labels[TOOL_LABEL] !== TOOL) await this.import();
    } catch (error) {
      if (!isEngineError(error, 'NotFound')) throw error;
      await this.import();
    }
  }

  /** Imports it now, once for all who ask at the same time: a create said that the image is gone. */
  async import(): Promise<void> {
    this.importing ??= this.importNow().finally(() => (this.importing = undefined));
    await this.importing;
  }

  private async importNow(): Promise<void> {
    const { architecture } = await this.engine.version();
    if (architecture !== 'amd64' && architecture !== 'arm64') {
      throw new ProviderError('EngineFailed', `there is no sandbox tool for an engine on ${architecture}, only for amd64 and arm64`);
    }
    await this.engine.importImage(this.name, await toRootFs(SANDBOX_TOOL[architecture]), [`ENTRYPOINT ["${TOOL_PATH}"]`, `LABEL ${TOOL_LABEL}=${TOOL}`]);
  }
}

/** Everything in it belongs to root, so that nothing that runs there can write. */
async function toRootFs(toolBase64: string): Promise<Buffer> {
  const tar = pack();
  const mtime = new Date(0);
  // Executable but not readable: the kernel then keeps its memory and environment from other users from the very exec on.
  tar.entry({ name: TOOL_PATH.slice(1), mode: 0o111, uid: 0, gid: 0, mtime }, Buffer.from(toolBase64, 'base64'));
  tar.entry({ name: 'v', type: 'directory', mode: 0o755, uid: 0, gid: 0, mtime });
  tar.finalize();
  return buffer(tar);
}
