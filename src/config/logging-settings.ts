import { readFlag } from './readers.js';
import { setting } from './setting.js';

const allowed = 'true or false';

/** How much is logged; with neither, changes of state and warnings are. */
export const loggingSettings = {
  VerboseLogging: setting(readFlag, { fallback: false, allowed, about: 'Log every request and every decision.' }),
  ErrorsOnlyLogging: setting(readFlag, { fallback: false, allowed, about: 'Log errors only; VerboseLogging wins over it.' }),
};
