import { statfs } from 'node:fs/promises';
import type { Fill } from './choose-garbage.js';

/** How full the file system is that a path of this host lies on; `undefined`: there is no such path here. */
export type MeasureDisk = (path: string) => Promise<Fill | undefined>;

/** As a kubelet counts: what only root may still fill is no room. */
export const measureDisk: MeasureDisk = async (path) => {
  try {
    const { bsize, blocks, bavail } = await statfs(path);
    return { capacityBytes: blocks * bsize, usedBytes: (blocks - bavail) * bsize };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
};
