import { z } from 'zod';
import { readAbsolutePath, readCount, readDurationMs, readMatching } from './readers.js';
import { optionalSetting, setting } from './setting.js';

/** How images come to this node. */
export const imagesSettings = z
  .strictObject({
    ParallelPulls: setting(readCount(1, 100), {
      fallback: 4,
      allowed: 'a number from 1 to 100',
      about: 'Images pulled at the same time.',
    }),
    PullProgressTimeout: setting(readDurationMs(1_000, 24 * 60 * 60_000), {
      fallback: '2m',
      allowed: 'a duration from 1s to 24h, such as 90s or 2m',
      about: 'A pull of which nothing is heard for so long is cancelled, and tried again after a back-off.',
    }),
    Platform: optionalSetting(readMatching(/^linux\/[a-z0-9]{2,20}(\/v[0-9]{1,2})?$/), {
      allowed: 'linux and an architecture, such as linux/arm64',
      about: 'What images must be for. Without it: what the engine runs on. Set it where the host emulates another architecture.',
    }),
    Logins: optionalSetting(readAbsolutePath, {
      allowed: 'an absolute path',
      about: "File with logins at registries, in the form of docker's `config.json`. Those of the docker command's own user come after it.",
    }),
  })
  .prefault({});
