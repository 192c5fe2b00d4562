import { z } from 'zod';
import { readAbsolutePath, readByteSize, readCount, readDurationMs, readMatching } from './readers.js';
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
    GCHighPercent: optionalSetting(readCount(1, 100), {
      allowed: 'a number from 1 to 100',
      about: 'Per cent of the disk in use at which images are removed that the plugin pulled and nobody uses, the longest unused first. Without it: never.',
    }),
    GCLowPercent: setting(readCount(0, 99), {
      fallback: 80,
      allowed: 'a number from 0 to 99, below GCHighPercent',
      about: 'Per cent of the disk in use at which that ends.',
    }),
    GCMinAge: setting(readDurationMs(0, 365 * 24 * 60 * 60_000), {
      fallback: '2m',
      allowed: 'a duration from 0s to 8760h, such as 2m or 24h',
      about: 'An image that was used within it is not removed.',
    }),
    GCBudget: optionalSetting(readByteSize, {
      allowed: 'a number of bytes, with a unit such as Mi or Gi where you like',
      about: "Bytes that images may take on the engine, everybody's counted: the percentages are of it, and not of the disk. An engine on another machine needs it.",
    }),
  })
  .refine(({ GCHighPercent, GCBudget }) => GCBudget === undefined || GCHighPercent !== undefined, { path: ['GCHighPercent'], message: 'give a number from 1 to 100: Images.GCBudget does nothing without it' })
  .refine(({ GCHighPercent, GCLowPercent }) => GCHighPercent === undefined || GCLowPercent < GCHighPercent, { path: ['GCLowPercent'], message: 'give a number below that of Images.GCHighPercent' })
  .prefault({});
