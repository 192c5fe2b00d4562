import type { Rule } from './rule.js';
import { restarted } from './scenes.js';
import { isOver, mainsOf, states } from './staged-pod.js';
import { expectThat } from './verdicts.js';

export const RESTART_RULES: readonly Rule[] = [
  {
    id: 'restart-not-final',
    sentence: 'a container that will be started again is never told as terminated',
    source: 'pkg/virtualkubelet/execute.go: all terminated is final, whatever the restartPolicy',
    severity: 'must',
    async check(stage) {
      const { seen } = await restarted(stage);
      const over = seen.find(isOver);
      expectThat(over === undefined, 'waiting, or running again: a plugin that restarts nothing refuses such pods', over && states(over));
    },
  },
  {
    id: 'restart-last-state',
    sentence: 'a restart is counted, and the end before it is in lastState',
    source: 'v1.ContainerStatus: `kubectl describe` and alerts on crash loops show it',
    severity: 'must',
    async check(stage) {
      const { seen } = await restarted(stage);
      const again = seen.flatMap(mainsOf).findLast(({ restartCount }) => restartCount > 0);
      expectThat(again?.lastState?.terminated?.exitCode === 4, 'restartCount above 0, and lastState.terminated with exit code 4', again ?? seen.map(states).slice(-3));
    },
  },
];
