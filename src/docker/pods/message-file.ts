import type { ContainerConfig } from '../../engine/index.js';
import { type Container, DEFAULT_MESSAGE_PATH } from '../../kube/index.js';
import { ERROR_POLICY, type MessageFile } from '../messages/index.js';
import { LABEL } from '../record/index.js';

/** Gives a container the file that its last words go into; its labels tell where to look for them, whichever plugin does. */
export function withMessageFile(config: ContainerConfig, { terminationMessagePath, terminationMessagePolicy }: Container, file: MessageFile | undefined): ContainerConfig {
  const policy = terminationMessagePolicy === ERROR_POLICY && { [LABEL.messagePolicy]: ERROR_POLICY };
  if (file === undefined) return { ...config, Labels: { ...config.Labels, ...policy } };
  const mount = { Type: 'bind', Source: file.path, Target: terminationMessagePath || DEFAULT_MESSAGE_PATH } as const;
  return {
    ...config,
    Labels: { ...config.Labels, ...policy, [LABEL.messageVolume]: file.volume, [LABEL.messageFile]: file.file },
    HostConfig: { ...config.HostConfig, Mounts: [...(config.HostConfig?.Mounts ?? []), mount] },
  };
}
