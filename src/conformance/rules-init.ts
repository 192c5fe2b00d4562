import type { Rule } from './rule.js';
import { initialised } from './scenes.js';
import { containerOf, initsOf, isOver, mainsOf, states } from './staged-pod.js';
import { expectSame, expectThat } from './verdicts.js';

export const INIT_RULES: readonly Rule[] = [
  {
    id: 'init-every-container',
    sentence: 'an answer has a status of every init container, every time',
    source: 'pkg/virtualkubelet/execute.go: while one waits or runs, main containers are taken as waiting',
    severity: 'must',
    async check(stage) {
      for (const entry of (await initialised(stage)).seen) expectSame(initsOf(entry).map(({ name }) => name).sort(), ['first', 'second'], 'init containers');
    },
  },
  {
    id: 'init-order',
    sentence: 'init containers run one after the other, before all others',
    source: 'Kubernetes',
    severity: 'must',
    async check(stage) {
      for (const entry of (await initialised(stage)).seen) {
        const [first, second, main] = ['first', 'second', 'main'].map((name) => containerOf(entry, name)?.state);
        const [firstIsOver, secondIsOver] = [first, second].map((state) => state === undefined || Boolean(state.terminated));
        if (second?.running || second?.terminated) expectThat(firstIsOver === true, 'first has ended before second begins', states(entry));
        if (main?.running || main?.terminated) expectThat(secondIsOver === true, 'second has ended before main begins', states(entry));
      }
    },
  },
  {
    id: 'init-done',
    sentence: 'a pod whose init containers have succeeded comes to its own end',
    source: 'pkg/virtualkubelet/execute.go: with an init container that reads as not ended the pod hangs in Pending',
    severity: 'must',
    async check(stage) {
      const { pod, seen } = await initialised(stage);
      expectThat(pod.view.phase === 'Succeeded', 'the cluster shows Succeeded', `${pod.view.phase}: ${seen.map(states).at(-1) ?? 'no status'}`);
    },
  },
  {
    id: 'init-failed',
    sentence: 'after an init container that failed for good none is left waiting, and main containers are told as terminated, not with 0',
    source: 'pkg/virtualkubelet/execute.go: otherwise the pod hangs in Pending, or reads as succeeded',
    severity: 'must',
    async check(stage) {
      const inits = { first: [{ exit: 5 }], second: [{ print: 'never' }] };
      const pod = await stage.takeIfCan({ inits, containers: { main: [{ print: 'never' }] } }, 'init containers');
      const last = (await pod.watch(isOver)).at(-1);
      expectThat(last !== undefined && isOver(last), 'the pod ends', last && states(last));
      if (last === undefined) return;
      expectSame(containerOf(last, 'first')?.state?.terminated?.exitCode, 5, 'the exit code of the one that failed:');
      expectThat(initsOf(last).every(({ state }) => state?.terminated), 'no init container is left waiting', states(last));
      expectThat(mainsOf(last).every(({ state }) => state?.terminated && state.terminated.exitCode !== 0), 'main containers end with another code than 0', states(last));
    },
  },
  {
    id: 'init-sidecar',
    sentence: 'a native sidecar that runs is left out of the answer, so that its pod is shown as running, and its end does not count',
    source: 'the virtual kubelet knows no sidecars: one that runs reads as an init container that has not ended',
    severity: 'must',
    async check(stage) {
      const sidecar = stage.plan({ containers: { sidecar: [{ sleepSeconds: 600 }] } }).pod.spec.containers.map((one) => ({ ...one, restartPolicy: 'Always' as const }));
      const pod = await stage.takeIfCan({ containers: { main: [{ sleepSeconds: 2 }] }, spec: { initContainers: sidecar } }, 'native sidecars');
      const phases = new Set<string>();
      await pod.watch((status) => phases.add(pod.view.phase) && isOver(status));
      expectThat(phases.has('Running') && pod.view.phase === 'Succeeded', 'the cluster shows Running, then Succeeded', [...phases].join(', then '));
    },
  },
];
