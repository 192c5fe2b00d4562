import { z } from 'zod';
import { readCount } from './readers.js';
import { setting } from './setting.js';

/** Bounds of what is asked of the engine at once. */
export const engineSettings = z
  .strictObject({
    ParallelStarts: setting(readCount(1, 1000), {
      fallback: 8,
      allowed: 'a number from 1 to 1000',
      about: 'Containers started at the same time.',
    }),
  })
  .prefault({});
