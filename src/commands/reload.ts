import { type Config, differingKeys } from '../config/index.js';
import { messageOf } from '../errors.js';
import type { ProcessLogger } from '../log.js';

/** Settings that are taken without a restart. */
const TAKEN: ReadonlySet<string> = new Set(['VerboseLogging', 'ErrorsOnlyLogging']);

/**
 * At SIGHUP the configuration is read again. How much is logged changes at once; what else has changed is named, and counts from the next
 * start on. One that cannot be read changes nothing.
 */
export function reloadOnHangUp(began: Config, load: () => Config, logger: ProcessLogger): void {
  process.on('SIGHUP', () => {
    try {
      const config = load();
      logger.setLevel(config.logLevel);
      logger.info('the configuration was read again', { logLevel: config.logLevel });
      const keys = differingKeys(began, config).filter((key) => !TAKEN.has(key));
      if (keys.length > 0) logger.warn('settings have changed that count only after a restart', { keys: keys.join(', ') });
    } catch (error) {
      logger.error('the configuration cannot be used: everything stays as it was', { reason: messageOf(error) });
    }
  });
}
