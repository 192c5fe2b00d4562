import { z } from 'zod';
import { readByteSize, readCount, readFlag } from './readers.js';
import type { Reader } from './setting.js';
import { setting } from './setting.js';

/** Less would turn over faster than anybody reads. */
const SMALLEST_BYTES = 64 * 1024;

const readLogSize: Reader<number> = (raw) => {
  const bytes = readByteSize(raw);
  return bytes !== undefined && bytes >= SMALLEST_BYTES ? bytes : undefined;
};

/** How much the engine keeps of what containers write, and how far a follow goes. */
export const logsSettings = z
  .strictObject({
    MaxSize: setting(readLogSize, {
      fallback: '10Mi',
      allowed: 'a size from 64Ki, such as 100Mi',
      about: "A container's log is continued in a new file when one has this size. Containers that exist keep what they were made with.",
    }),
    MaxFiles: setting(readCount(1, 1000), {
      fallback: 5,
      allowed: 'a number from 1 to 1000',
      about: 'Files kept of one log; what was in older ones is lost.',
    }),
    FollowRestarts: setting(readFlag, {
      fallback: false,
      allowed: 'true or false',
      about: "Let a followed log go on with the container's next attempt, until the pod ends. Without it a follow ends with its attempt, as on a kubelet.",
    }),
  })
  .prefault({});
