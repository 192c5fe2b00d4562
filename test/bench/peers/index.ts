// Others that do the same: a plugin after interLink's guide in Python, and podman.
import { messageOf } from '../../../src/errors.js';
import { FastApiPlugin } from './fastapi.js';
import { Podman } from './podman.js';

export { FastApiPlugin, Podman };

/** Those that could be had here. */
export interface Peers {
  readonly fastapi?: FastApiPlugin;
  readonly podman?: Podman;
  close(): Promise<void>;
}

export async function openPeers(dockerHost: string, label: string): Promise<Peers> {
  const [fastapi, podman] = [await orSaySo('FastAPI plugin', () => FastApiPlugin.start(dockerHost, label)), await orSaySo('podman', () => Podman.open())];
  return {
    ...(fastapi && { fastapi }),
    ...(podman && { podman }),
    close: async () => {
      await fastapi?.stop();
      await podman?.close();
    },
  };
}

async function orSaySo<T>(name: string, open: () => Promise<T>): Promise<T | undefined> {
  try {
    return await open();
  } catch (error) {
    console.error(`SKIPPED ${name}: ${messageOf(error).slice(0, 500)}`);
    return undefined;
  }
}
