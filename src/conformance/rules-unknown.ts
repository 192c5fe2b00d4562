import type { Pod } from '../kube/index.js';
import type { Rule } from './rule.js';
import { twoContainers } from './scenes.js';
import type { StagedPod } from './staged-pod.js';
import type { Stage } from './stage.js';
import { expectSame, expectThat, RuleSkipped } from './verdicts.js';

const SOURCE = 'pkg/virtualkubelet/execute.go polls each pod of its node from the moment it is bound, and after its own restarts';

export const UNKNOWN_RULES: readonly Rule[] = [
  {
    id: 'unknown-pending',
    sentence: 'a pod whose create has not come (Pending, no annotation JobID) is left out of the answer',
    source: `${SOURCE}: told as ended, it would be Failed before it began`,
    severity: 'must',
    async check(stage) {
      const stranger = toStranger(stage);
      expectSame(await stranger.ask([stranger.pod]), [], 'the answer');
    },
  },
  {
    id: 'unknown-lost',
    sentence: 'an unknown pod that should be here (Running, or with a JobID) is told as terminated, every container, not with 0',
    source: `${SOURCE}: left out, a pod that was lost would run for ever in the cluster's eyes`,
    severity: 'must',
    async check(stage) {
      const stranger = toStranger(stage);
      for (const lost of [running(stranger.pod), accepted(stranger.pod)]) {
        const [entry] = await stranger.ask([lost]);
        const ends = (entry?.containers ?? []).map(({ name, state }) => [name, (state?.terminated?.exitCode ?? 0) !== 0]);
        expectSame(ends, [['a', true], ['b', true]], `of a pod in phase ${lost.status?.phase ?? ''}, containers with an end that is not 0:`);
      }
    },
  },
  {
    id: 'unknown-lost-reason',
    sentence: 'such an end has the reason ContainerStatusUnknown and exit code 137',
    source: 'a kubelet tells containers so that it has lost',
    severity: 'should',
    async check(stage) {
      const stranger = toStranger(stage);
      const [entry] = await stranger.ask([running(stranger.pod)]);
      const { terminated } = entry?.containers?.[0]?.state ?? {};
      if (!terminated) throw new RuleSkipped('it is not told as terminated: see unknown-lost');
      const { reason, exitCode } = terminated;
      expectSame([reason, exitCode], ['ContainerStatusUnknown', 137], 'reason and exit code');
    },
  },
  {
    id: 'unknown-in-batch',
    sentence: 'unknown pods among known ones do not fail the answer',
    source: 'a status call may ask about many pods; one answer that is not 200 stops the view of them all',
    severity: 'must',
    async check(stage) {
      const { pod } = await twoContainers(stage);
      const [before, after] = [toStranger(stage), toStranger(stage)];
      const answer = await pod.ask([before.pod, running(pod.pod), after.pod]);
      expectThat(answer.some(({ UID }) => UID === pod.uid), `an entry of the known pod ${pod.uid}`, answer.map(({ UID }) => UID));
    },
  },
];

/** A pod that the plugin is never told to create. */
function toStranger(stage: Stage): StagedPod {
  return stage.plan({ containers: { a: [], b: [] } });
}

function running(pod: Pod): Pod {
  return { ...accepted(pod), status: { ...pod.status, phase: 'Running' } };
}

/** As the virtual kubelet writes the answer to its create into it. */
function accepted(pod: Pod): Pod {
  return { ...pod, metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, JobID: pod.metadata.uid } } };
}
