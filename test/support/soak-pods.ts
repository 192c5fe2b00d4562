import type { PodFile } from '../../src/caller/index.js';
import { untilTerm } from './pod-scripts.js';
import { podFile, shell, shellPod } from './test-node.js';

/** Pods of every kind that come and go in a soak. */
export const SOAK_PODS: Readonly<Record<string, () => PodFile>> = {
  short: () => shellPod('echo done'),
  failing: () => shellPod('exit 3', { restartPolicy: 'OnFailure' }),
  restarting: () => shellPod('sleep 0.2', { restartPolicy: 'Always' }),
  serving: () => shellPod(untilTerm(0), {}, { livenessProbe: { exec: { command: ['true'] }, periodSeconds: 1 } }),
  talking: () => shellPod('while :; do echo talk; sleep 0.01; done', { terminationGracePeriodSeconds: 0 }),
  deaf: () => shellPod("trap '' TERM; sleep 100000"),
  imageless: () => podFile({ containers: [{ name: 'main', image: '127.0.0.1:1/none:1' }] }),
  filled: () =>
    podFile(
      {
        initContainers: [shell('init', 'cat /map/key > /work/key', { volumeMounts: [{ name: 'map', mountPath: '/map' }, { name: 'work', mountPath: '/work' }] })],
        containers: [shell('main', untilTerm(0), { volumeMounts: [{ name: 'work', mountPath: '/work' }] }), shell('other', untilTerm(0))],
        volumes: [{ name: 'map', configMap: { name: 'map' } }, { name: 'work', emptyDir: {} }],
      },
      { configMaps: [{ metadata: { name: 'map', namespace: 'default' }, data: { key: 'value' } }] },
    ),
};
