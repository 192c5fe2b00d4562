import { type CheckAnswer, checkText } from '../../../src/cli/index.js';

const ANSWER: CheckAnswer = {
  node: 'edge', pod: 'ns/web', accepted: false,
  refused: [{ kind: 'Forbidden', message: 'pod.spec.hostPID: over the level' }, { kind: 'InvalidPod', message: 'pod.spec.x: no' }],
  warned: [{ kind: 'warning', message: 'pod.spec.y: no effect' }],
  honoured: ['pod.spec.containers[0].name', 'pod.spec.containers[0].image'], unread: ['pod.spec.schedulerName'], notChecked: [],
};

test('what is refused comes first, then what has no effect, then how much is honoured', () => {
  expect(checkText(ANSWER, false)).toBe([
    'ns/web would be refused by the node edge',
    'refused (2):',
    '  pod.spec.hostPID: over the level',
    '  pod.spec.x: no',
    'accepted without effect (1):',
    '  pod.spec.y: no effect',
    'honoured: 2 fields; read by no kubelet: 1 field (--verbose lists them)',
    '',
  ].join('\n'));
});

test('all fields on demand, and what was not looked at', () => {
  expect(checkText({ ...ANSWER, accepted: true, refused: [], warned: [], notChecked: ['the engine'] }, true)).toBe([
    'ns/web would be accepted by the node edge',
    'honoured (2):',
    '  pod.spec.containers[0].name',
    '  pod.spec.containers[0].image',
    'read by no kubelet (1):',
    '  pod.spec.schedulerName',
    'not checked:',
    '  the engine',
    '',
  ].join('\n'));
});

test('what a file says is not obeyed by a terminal', () => {
  const evil = 'a\u001b[2J\u009b\nb\u202e';
  const text = checkText({ ...ANSWER, pod: evil, node: evil, refused: [{ kind: evil, message: evil }], warned: [{ kind: evil, message: evil }], honoured: [evil], unread: [evil], notChecked: [evil] }, true);
  expect(text.split('\n')).toHaveLength(12);
  expect(text.replaceAll('\n', '')).toMatch(/^[^\p{Cc}\p{Cf}]*$/u);
});
