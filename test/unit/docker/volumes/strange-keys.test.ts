import { readPodField } from '../../../../src/docker/volumes/files-pod-fields.js';
import type { Pod } from '../../../../src/kube/index.js';

const POD: Pod = {
  metadata: { name: 'p', namespace: 'n', uid: 'u', labels: { tier: '1' } },
  spec: { containers: [{ name: 'main', image: 'i', resources: { limits: { cpu: '1' } } }] },
};

test.each(['valueOf', 'toString', 'constructor', '__proto__', 'hasOwnProperty'])('%s is no label and no resource of a pod', (key) => {
  expect(readPodField(POD, { fieldRef: { fieldPath: `metadata.labels['${key}']` } })).toBe('');
  expect(readPodField(POD, { resourceFieldRef: { containerName: 'main', resource: `limits.${key}` } })).toBeUndefined();
});

test('its own are found', () => {
  expect(readPodField(POD, { fieldRef: { fieldPath: "metadata.labels['tier']" } })).toBe('1');
  expect(readPodField(POD, { resourceFieldRef: { containerName: 'main', resource: 'limits.cpu' } })).toBe('1');
});
