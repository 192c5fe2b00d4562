import { RECORD_VERSION, volumeName } from '../../../../src/docker/record/index.js';
import type { PodRecord } from '../../../../src/docker/record/index.js';
import type { Container, PodSpec } from '../../../../src/kube/index.js';

/** A record of a pod with these containers. */
export function recordOf(containers: Container[], more: Partial<PodSpec> = {}): PodRecord {
  return {
    version: RECORD_VERSION,
    pod: { metadata: { name: 'web', namespace: 'team', uid: 'u-1', labels: { app: 'x' } }, spec: { containers, ...more } },
    acceptedAt: '2026-01-01T00:00:00.000Z',
    network: { name: 'interlink_node_team', subnet: '10.213.0.0/22', ip: '10.213.0.9', aliases: ['web'] },
    volumes: (more.volumes ?? []).map(({ name }) => ({ kind: 'own', name, engineName: volumeName('node', 'u-1', name) })),
  };
}
