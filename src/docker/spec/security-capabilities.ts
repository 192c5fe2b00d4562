import type { HostConfig } from '../../engine/index.js';
import { ALL_CAPABILITIES, type SecurityContext, toCapability } from '../../kube/index.js';

/**
 * Capabilities beside the engine's own set. Where all are dropped, what is added is what there is: the engine would take an
 * ALL that is added as the last word.
 */
export function toCapabilities(capabilities: SecurityContext['capabilities']): Pick<HostConfig, 'CapAdd' | 'CapDrop'> {
  const dropped = (capabilities?.drop ?? []).map(toCapability);
  const all = dropped.includes(ALL_CAPABILITIES);
  const added = (capabilities?.add ?? []).map(toCapability).filter((name) => !all || name !== ALL_CAPABILITIES);
  return {
    ...(added.length > 0 && { CapAdd: added }),
    ...(dropped.length > 0 && { CapDrop: all ? [ALL_CAPABILITIES] : dropped }),
  };
}
