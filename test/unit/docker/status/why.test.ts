import type { WhyInput } from '../../../../src/docker/status/index.js';
import { whyOf, whyOfStranger } from '../../../../src/docker/status/index.js';
import type { Container, PodEvent } from '../../../../src/kube/index.js';
import { at, container, type ContainerShape, exited, failedStart, known, observed, pod, present, running, SANDBOX_ENDED, SANDBOX_IDLE, SANDBOX_UP, sidecar } from '../decide/build.js';

const NEVER = { restartPolicy: 'Never' } as const;

function why(more: Partial<WhyInput>): string {
  return whyOf({ pod: pod(), observed: observed(SANDBOX_IDLE), circumstances: known(), now: at(25), events: [], stops: [], ...more });
}

function event(reason: string, message: string, of = 'main'): PodEvent {
  return { at: at(20), type: 'Warning', reason, message, container: of };
}

const limited = (memory: string): ContainerShape => ({ name: 'main', resources: { limits: { memory } } });
const probed = (more: Partial<Container>): ContainerShape => ({ name: 'main', ...more });
const readiness = { readinessProbe: { tcpSocket: { port: 80 } } };
const ending = { reason: 'Evicted', message: 'Usage of EmptyDir volume "work" exceeds the limit "1Mi".', graceSeconds: 30, since: at(20), at: at(20) } as const;
const trouble = { reason: 'device or\n busy', since: at(21), failures: 4 };

describe('before it runs', () => {
  test.each<[name: string, input: Partial<WhyInput>, expected: string]>([
    ['nobody has looked for the image', {}, 'the image main:1 of main is looked for'],
    ['a pull', { circumstances: known({ images: { main: { kind: 'pulling', message: '12 of 30 MB' } } }) }, 'the image main:1 of main is being pulled: 12 of 30 MB'],
    ['a pull without figures', { circumstances: known({ images: { main: { kind: 'pulling' } } }) }, 'the image main:1 of main is being pulled'],
    ['an image that cannot be had', { circumstances: known({ images: { main: { kind: 'failed', reason: 'ErrImagePull', message: 'manifest unknown', failures: 1, retryAt: at(30) } } }) },
      'the image main:1 of main cannot be had (ErrImagePull): manifest unknown; it has failed once and is tried again at 2026-11-21T08:00:30Z'],
    ['an image that must not be pulled', { circumstances: known({ images: { main: { kind: 'failed', reason: 'ErrImageNeverPull', message: 'not here', failures: 3, retryAt: at(30) } } }) },
      'the image main:1 of main cannot be had (ErrImageNeverPull): not here; it has failed 3 times and is tried again at 2026-11-21T08:00:30Z'],
    ['an image name that is none', { circumstances: known({ images: { main: { kind: 'failed', reason: 'InvalidImageName', message: 'no', failures: 1, retryAt: at(30) } } }) },
      'the image main:1 of main cannot be had (InvalidImageName): no; it has failed once and is tried again at 2026-11-21T08:00:30Z'],
    ['its turn', { circumstances: present('main') }, 'main is about to start'],
    ['it cannot be made', { circumstances: known({ images: { main: { kind: 'present' } }, createFailures: { main: { message: 'no such\tdevice', failures: 2, retryAt: at(40) } } }) },
      'main cannot be made: no such device; it has failed 2 times and is tried again at 2026-11-21T08:00:40Z'],
    ['it cannot be started', { observed: observed(SANDBOX_IDLE, container('main')), circumstances: known({ createFailures: { main: { message: 'port is already allocated', failures: 1, retryAt: at(40) } } }) },
      'main cannot be started: port is already allocated; it has failed once and is tried again at 2026-11-21T08:00:40Z'],
    ['no sandbox', { observed: observed(undefined), circumstances: known({ createFailures: { POD: { message: 'address in use', failures: 2, retryAt: at(40) } } }) },
      'the sandbox of the pod cannot be made or started: address in use; it has failed 2 times and is tried again at 2026-11-21T08:00:40Z'],
    ['a shared sandbox that does not run yet', { pod: pod({ mains: ['main', 'other'] }), observed: observed(SANDBOX_IDLE), circumstances: present('main', 'other') },
      'main waits for the sandbox of the pod to run; other waits for the sandbox of the pod to run'],
    ['many containers: the first three', { pod: pod({ mains: ['a', 'b', 'c', 'd', 'e'] }), observed: observed(SANDBOX_UP), circumstances: present('a', 'b', 'c', 'd', 'e') },
      'a is about to start; b is about to start; c is about to start; and 2 more'],
  ])('%s', (_name, input, expected) => expect(why(input)).toBe(expected));
});

describe('init containers', () => {
  const inits = (policy: 'Always' | 'Never' = 'Always') => pod({ restartPolicy: policy, inits: ['fetch', 'unpack'] });
  test.each<[name: string, input: Partial<WhyInput>, expected: string]>([
    ['the first runs', { pod: inits(), observed: observed(SANDBOX_UP, running('fetch')) }, 'init container 1 of 2 has its turn: fetch runs since 2026-11-21T08:00:10Z'],
    ['the second is to start', { pod: inits(), observed: observed(SANDBOX_UP, exited('fetch', 0)), circumstances: present('unpack') }, 'init container 2 of 2 has its turn: unpack is about to start'],
    ['one failed, for good', { pod: inits('Never'), observed: observed(SANDBOX_UP, exited('fetch', 4)) }, 'it has failed: init container fetch ended with exit code 4; it is not tried again (restartPolicy Never)'],
    ['one is in back-off', { pod: inits(), observed: observed(SANDBOX_UP, exited('fetch', 4), exited('fetch', 4, { attempt: 1 })) },
      'init container 1 of 2 has its turn: fetch ended with exit code 4; its next attempt, number 2, waits for the end of a back-off of 10s at 2026-11-21T08:00:30Z'],
    ['one is paused', { pod: inits(), observed: observed(SANDBOX_UP, running('fetch', { state: 'paused' })) },
      'init container 1 of 2 has its turn: fetch is paused, by somebody else than this plugin: it goes on when it is unpaused'],
    ['a sidecar has not started up', { pod: pod({ inits: [sidecar('proxy', { startupProbe: { tcpSocket: { port: 1 } } })] }), observed: observed(SANDBOX_UP, running('proxy')), events: [event('Unhealthy', 'Startup probe failed: refused', 'proxy')] },
      'sidecar 1 of 1 has its turn: proxy runs, and its startup probe has not succeeded yet: Startup probe failed: refused'],
  ])('%s', (_name, input, expected) => expect(why(input)).toBe(expected));
});

describe('while it runs', () => {
  test.each<[name: string, input: Partial<WhyInput>, expected: string]>([
    ['all is well', { observed: observed(SANDBOX_IDLE, running('main')) }, 'it runs, and is ready: main since 2026-11-21T08:00:10Z'],
    ['after a restart', { observed: observed(SANDBOX_IDLE, exited('main', 3), running('main', { attempt: 1 })) }, 'it runs, and is ready: main since 2026-11-21T08:00:10Z; main has been restarted once, last after it ended with exit code 3'],
    ['one of two is over', { pod: pod({ ...NEVER, mains: ['main', 'other'] }), observed: observed(SANDBOX_UP, running('main'), exited('other', 0)) }, 'it runs, and is ready: main since 2026-11-21T08:00:10Z; other ended with exit code 0'],
    ['a probe says it is not ready', { pod: pod({ mains: [probed(readiness)] }), observed: observed(SANDBOX_IDLE, running('main')), events: [event('Unhealthy', 'Liveness probe failed: x'), event('Unhealthy', 'Readiness probe failed: connection\nrefused'), event('Unhealthy', 'Readiness probe failed: of another', 'other')] },
      'main runs, and its readiness probe has not succeeded: Readiness probe failed: connection refused'],
    ['it has not been asked yet', { pod: pod({ mains: [probed(readiness)] }), observed: observed(SANDBOX_IDLE, running('main')) }, 'main runs, and its readiness probe has not succeeded'],
    ['it is ready', { pod: pod({ mains: [probed(readiness)] }), observed: observed(SANDBOX_IDLE, running('main')), circumstances: known({ health: [{ containerId: 'main-0', readiness: 'success' }] }) }, 'it runs, and is ready: main since 2026-11-21T08:00:10Z'],
    ['it has not started up', { pod: pod({ mains: [probed({ startupProbe: { tcpSocket: { port: 1 } } })] }), observed: observed(SANDBOX_IDLE, running('main')) }, 'main runs, and its startup probe has not succeeded yet'],
    ['its hook runs', { observed: observed(SANDBOX_IDLE, running('main')), circumstances: known({ health: [{ containerId: 'main-0', postStart: 'underWay' }] }) }, 'the postStart hook of main runs, and main does not count as running before that has ended'],
    ['its hook failed', { observed: observed(SANDBOX_IDLE, running('main')), circumstances: known({ health: [{ containerId: 'main-0', postStart: 'failed' }] }), events: [event('FailedPostStartHook', 'PostStartHook failed')] }, 'main is being stopped because its postStart hook failed: PostStartHook failed'],
    ['a probe has given it up', { observed: observed(SANDBOX_IDLE, running('main')), circumstances: known({ health: [{ containerId: 'main-0', liveness: 'failure' }] }), events: [event('Unhealthy', 'Liveness probe failed: 500')] }, 'main is being stopped because its liveness probe failed: Liveness probe failed: 500'],
    ['somebody paused it', { observed: observed(SANDBOX_IDLE, running('main', { state: 'paused' })) }, 'main is paused, by somebody else than this plugin: it goes on when it is unpaused'],
    ['its sandbox went', { pod: pod({ mains: ['main', 'other'] }), observed: observed(SANDBOX_ENDED, running('main'), running('other')), circumstances: present('main', 'other') }, 'main is being stopped, because the sandbox of the pod is another one now; other is being stopped, because the sandbox of the pod is another one now'],
    ['one of two does not run', { pod: pod({ mains: ['main', 'other'] }), observed: observed(SANDBOX_UP, running('main')), circumstances: present('other') }, 'other is about to start'],
    ['nobody asks about it', { observed: observed(SANDBOX_IDLE, running('main')), abandonedSince: at(5) }, 'it runs, and is ready: main since 2026-11-21T08:00:10Z; nobody has asked about it since 2026-11-21T08:00:05Z'],
    ['work on it fails', { observed: observed(SANDBOX_IDLE, running('main')), trouble }, 'it runs, and is ready: main since 2026-11-21T08:00:10Z; 4 tries to go on with it have failed since 2026-11-21T08:00:21Z, for the last time with: device or busy'],
    ['the engine is away', { observed: observed(SANDBOX_IDLE, running('main')), standstill: 'engineAway' }, 'the Docker Engine cannot be reached, so that nothing is done and this is as it was when last seen: it runs, and is ready: main since 2026-11-21T08:00:10Z'],
    ['another plugin has the node', { observed: observed(SANDBOX_IDLE, running('main')), standstill: 'superseded' }, 'another plugin has taken the name of this node, so that this one does nothing and this is as it was when last seen: it runs, and is ready: main since 2026-11-21T08:00:10Z'],
  ])('%s', (_name, input, expected) => expect(why(input)).toBe(expected));
});

describe('how it ended', () => {
  const over = (attempt: ReturnType<typeof exited>, shape: ContainerShape = 'main', events: readonly PodEvent[] = []): string =>
    why({ pod: pod({ ...NEVER, mains: [shape] }), observed: observed(SANDBOX_IDLE, attempt), events }).replace(/^it has failed: main (.*); it is not tried again \(restartPolicy Never\)$/, '$1');
  test.each<[name: string, said: string, expected: string]>([
    ['by itself', over(exited('main', 3)), 'ended with exit code 3'],
    ['with last words', over(exited('main', 3, { terminationMessage: 'all is lost\nquite\n' })), 'ended with exit code 3, saying: all is lost quite'],
    ['with very long last words', over(exited('main', 3, { terminationMessage: 'x'.repeat(4096) })), `ended with exit code 3, saying: ${'x'.repeat(300)}…`],
    ['by a signal of its own', over(exited('main', 139)), 'ended with exit code 139, which stands for an end by SIGSEGV'],
    ['a shell that did not find its command', over(exited('main', 127)), 'ended with exit code 127, which stands for a command that is not there'],
    ['a shell that may not run its command', over(exited('main', 126)), 'ended with exit code 126, which stands for a command that cannot be executed'],
    ['want of memory', over(exited('main', 137, { oomKilled: true }), limited('64Mi')), 'was killed for want of memory (OOMKilled, exit code 137, its limit is 64Mi)'],
    ['want of memory without a limit of its own', over(exited('main', 137, { oomKilled: true })), 'was killed for want of memory (OOMKilled, exit code 137)'],
    ['a child killed for want of memory', over(exited('main', 1, { oomKilled: true }), limited('64Mi')), 'ended with exit code 1 after a process in it was killed for want of memory (OOMKilled, its limit is 64Mi)'],
    ['from outside', over(exited('main', 0, { endedFromOutside: 15 })), 'was ended by SIGTERM from outside the cluster (exit code 143)'],
    ['killed from outside', over(exited('main', 137, { endedFromOutside: 9 })), 'was ended by SIGKILL from outside the cluster (exit code 137)'],
    ['from outside by a signal without a name', over(exited('main', 0, { endedFromOutside: 40 })), 'was ended by signal 40 from outside the cluster (exit code 168)'],
    ['for its health', over(exited('main', 143, { unhealthy: true }), 'main', [event('Unhealthy', 'Liveness probe failed: 500')]), 'was stopped because a probe or hook of it failed (exit code 143): Liveness probe failed: 500'],
    ['a start that failed', over(failedStart('main', 127)), 'could not be started (exit code 127): exec: "nosuch": not found'],
    ['lost', over(exited('main', 137, { state: 'dead', error: 'the container is gone from the engine: somebody else removed it' })), 'was lost (exit code 137): the container is gone from the engine: somebody else removed it'],
    ['a dead one that the engine could not remove', over(exited('main', 2, { state: 'dead', error: 'driver failed to remove root filesystem' })), 'ended with exit code 2'],
  ])('%s', (_name, said, expected) => expect(said).toBe(expected));

  test.each<[name: string, input: Partial<WhyInput>, expected: string]>([
    ['success', { pod: pod(NEVER), observed: observed(SANDBOX_IDLE, exited('main', 0)) }, 'it has succeeded: its container ended with exit code 0'],
    ['success of two, whose sidecar still runs', { pod: pod({ ...NEVER, mains: ['a', 'b'], inits: [sidecar('proxy')] }), observed: observed(SANDBOX_UP, running('proxy'), exited('a', 0), exited('b', 0)) }, 'it has succeeded: each of its containers ended with exit code 0; its sidecars are being stopped: proxy'],
    ['one of two failed', { pod: pod({ restartPolicy: 'Never', mains: ['a', 'b'] }), observed: observed(SANDBOX_ENDED, exited('a', 0), exited('b', 2)) }, 'it has failed: b ended with exit code 2; it is not tried again (restartPolicy Never)'],
    ['in back-off', { observed: observed(SANDBOX_IDLE, exited('main', 3), exited('main', 3, { attempt: 1 })) }, 'main ended with exit code 3; its next attempt, number 2, waits for the end of a back-off of 10s at 2026-11-21T08:00:30Z'],
    ['restarted at once', { observed: observed(SANDBOX_IDLE, exited('main', 0)), circumstances: present('main') }, 'main ended with exit code 0; its next attempt is about to start'],
    ['restarted, its image is looked for', { observed: observed(SANDBOX_IDLE, exited('main', 0)) }, 'main ended with exit code 0; the image main:1 of main is looked for, for its next attempt'],
    ['pruned, and remembered', { pod: pod(NEVER), circumstances: known({ ended: [exited('main', 5)] }) }, 'it has failed: main ended with exit code 5; it is not tried again (restartPolicy Never)'],
    ['evicted', { observed: observed(SANDBOX_IDLE, exited('main', 137)), ending }, 'this node has ended it (Evicted): Usage of EmptyDir volume "work" exceeds the limit "1Mi".'],
    ['evicted, and still running', { observed: observed(SANDBOX_IDLE, running('main')), ending }, 'this node has ended it (Evicted): Usage of EmptyDir volume "work" exceeds the limit "1Mi".; main has until 2026-11-21T08:00:50Z to end'],
    ['past its deadline', { observed: observed(SANDBOX_IDLE, exited('main', 143)), ending: { ...ending, reason: 'DeadlineExceeded', message: 'Pod was active too long' } }, 'this node has ended it (DeadlineExceeded): Pod was active too long'],
  ])('%s', (_name, input, expected) => expect(why(input)).toBe(expected));
});

describe('being deleted', () => {
  const deletion = { graceSeconds: 30, since: at(20) };
  const since = 'it is being deleted since 2026-11-21T08:00:20Z';
  test.each<[name: string, input: Partial<WhyInput>, expected: string]>([
    ['in its grace period', { observed: observed(SANDBOX_IDLE, running('main')) }, `${since}: main has until 2026-11-21T08:00:50Z to end`],
    ['by the stop that is under way', { observed: observed(SANDBOX_IDLE, running('main')), stops: [{ containerId: 'main-0', until: at(33), isInHook: false }] }, `${since}: main has until 2026-11-21T08:00:33Z to end`],
    ['its hook runs', { observed: observed(SANDBOX_IDLE, running('main')), stops: [{ containerId: 'main-0', until: at(33), isInHook: true }] }, `${since}: main is at its preStop hook, and has until 2026-11-21T08:00:33Z to end`],
    ['it does not end', { observed: observed(SANDBOX_IDLE, running('main')), now: at(60) }, `${since}: main still runs, though its grace period ended at 2026-11-21T08:00:50Z`],
    ['nothing runs any more', { observed: observed(SANDBOX_IDLE, exited('main', 0)) }, `${since}: nothing of it runs, and what is left of it is being removed`],
    ['what is left cannot be removed', { observed: observed(SANDBOX_IDLE, exited('main', 0)), trouble }, `${since}, which does not come to its end: 4 tries to remove it have failed since 2026-11-21T08:00:21Z, for the last time with: device or busy`],
    ['one try has failed', { observed: observed(SANDBOX_IDLE), trouble: { ...trouble, failures: 1 } }, `${since}, which does not come to its end: 1 try to remove it has failed since 2026-11-21T08:00:21Z, for the last time with: device or busy`],
    ['while the engine is away', { observed: observed(SANDBOX_IDLE, exited('main', 0)), standstill: 'engineAway' }, `the Docker Engine cannot be reached, so that nothing is done and this is as it was when last seen: ${since}: nothing of it runs, and what is left of it is being removed`],
  ])('%s', (_name, input, expected) => expect(why({ ...input, deletion })).toBe(expected));
});

test('values of variables are in none of it', () => {
  const secret = { env: [{ name: 'TOKEN', value: 'hush' }], command: ['hush'], args: ['hush'] };
  const shape = probed({ ...secret, readinessProbe: { exec: { command: ['hush'] } } });
  for (const attempt of [running('main'), exited('main', 1), exited('main', 1, { attempt: 1 }), failedStart('main', 127)]) {
    for (const restartPolicy of ['Always', 'Never'] as const) expect(why({ pod: pod({ mains: [shape], restartPolicy }), observed: observed(SANDBOX_IDLE, attempt) })).not.toContain('hush');
  }
});

describe('a UID that nobody looks after', () => {
  const nothing = { events: [], isCreating: false, hasContainers: false };
  test.each<[name: string, input: Partial<Parameters<typeof whyOfStranger>[0]>, expected: string | undefined]>([
    ['never heard of', {}, undefined],
    ['being created', { isCreating: true, hasContainers: true }, 'it is being taken on: its create has not been answered yet'],
    ['its deletion', { deletionSince: at(20) }, 'it is being deleted since 2026-11-21T08:00:20Z: what is left of it is being removed'],
    ['its deletion, which fails', { deletionSince: at(20), trouble }, 'it is being deleted since 2026-11-21T08:00:20Z, which does not come to its end: 4 tries to remove it have failed since 2026-11-21T08:00:21Z, for the last time with: device or busy'],
    ['without a record', { hasContainers: true }, 'the engine has containers of it, but no record that this plugin can read: they are left as they are until the cluster asks about the pod, or deletes it'],
    ['refused', { events: [event('OutOfcpu', "Node didn't have enough resource: cpu")] }, "it was not taken on: OutOfcpu: Node didn't have enough resource: cpu"],
    ['refused, and the engine is away', { events: [event('FailedMount', 'no')], standstill: 'engineAway' }, 'the Docker Engine cannot be reached, so that nothing is done and this is as it was when last seen: it was not taken on: FailedMount: no'],
  ])('%s', (_name, input, expected) => expect(whyOfStranger({ ...nothing, ...input })).toBe(expected));
});

test('it is one line, whatever others say', () => {
  expect(why({ observed: observed(SANDBOX_IDLE, exited('main', 1, { terminationMessage: 'a\r\nb\u2028c\u0085d' })), pod: pod(NEVER) })).not.toMatch(/[\n\r\u2028\u0085]/);
});
