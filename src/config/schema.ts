import { z } from 'zod';
import { engineSettings } from './engine-settings.js';
import { imagesSettings } from './images-settings.js';
import { loggingSettings } from './logging-settings.js';
import { logsSettings } from './logs-settings.js';
import { networkSettings } from './network-settings.js';
import { nodeSettings } from './node-settings.js';
import { podSecuritySettings } from './pod-security-settings.js';
import { resourcesSettings, taintsSetting } from './resource-settings.js';
import { secretSettings } from './secret-settings.js';
import { serverSettings } from './server-settings.js';
import { tracingSettings } from './tracing-settings.js';
import { volumeSettings } from './volume-settings.js';

/** Every setting. An unknown key is an error; every key may be left out. */
const everySetting = z.strictObject({
  ...serverSettings,
  ...loggingSettings,
  ...tracingSettings,
  ...nodeSettings,
  ...secretSettings,
  PodSecurity: podSecuritySettings,
  Volumes: volumeSettings,
  Network: networkSettings,
  Images: imagesSettings,
  Logs: logsSettings,
  Engine: engineSettings,
  Resources: resourcesSettings,
  Taints: taintsSetting,
});

export const schema = everySetting.refine(({ Secrets, RecordKeyFile }) => Secrets === 'disk' || RecordKeyFile !== undefined, {
  path: ['RecordKeyFile'],
  message: 'give the file with the key under which secret files are sealed: Secrets is memory',
});

/** All settings, checked and with their defaults. */
export type Settings = Readonly<z.output<typeof schema>>;
