import { toPingAnswer, toStatusAnswer, type NodeReport, type PodStatus } from '../../../src/wire/index.js';
import { captures, readCapture } from './captured.js';

interface Answer extends Omit<PodStatus, 'uid' | 'jobId'> {
  readonly UID: string;
  readonly JID: string;
}

test.each(captures('status-').map(({ name, response }) => [name, response as Answer[]] as const))('the answer to %s', (_name, response) => {
  const facts = response.map(({ UID, JID, ...rest }) => ({ ...rest, uid: UID, jobId: JID }));
  expect(toStatusAnswer(facts)).toEqual(response);
});

const NODE: NodeReport = {
  cpu: '16',
  memory: '64Gi',
  pods: '110',
  accelerators: [{ resourceType: 'nvidia.com/gpu', available: '1' }],
  taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }],
};

test('a ping tells the capacity', () => {
  expect(toPingAnswer(NODE)).toEqual({ ...(readCapture('ping-resources').response as object), taints: NODE.taints });
});

test('a ping without a report only says that the plugin lives', () => {
  expect(toPingAnswer()).toEqual({ status: 'ok' });
});
