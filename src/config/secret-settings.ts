import { readAbsolutePath, readOneOf } from './readers.js';
import { optionalSetting, setting } from './setting.js';

/** Where the files of Secrets and service-account tokens lie. */
export const secretSettings = {
  Secrets: setting(readOneOf('disk', 'memory'), {
    fallback: 'disk',
    allowed: 'disk or memory',
    about: 'Where files of Secrets and tokens lie: in volumes of the pod, or in memory and sealed in its record, for which RecordKeyFile is needed.',
  }),
  RecordKeyFile: optionalSetting(readAbsolutePath, {
    allowed: 'the absolute path of a file that its owner alone can read',
    about: 'Keys of 32 bytes in base64, one a line (`openssl rand -base64 32`): the first seals, all of them open.',
  }),
};
