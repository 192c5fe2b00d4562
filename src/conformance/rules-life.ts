import type { ContainerState, ContainerStatus } from '../kube/index.js';
import type { PodStatusJson } from '../wire/index.js';
import type { Rule } from './rule.js';
import { APART_SECONDS, twoContainers, type WatchedPod } from './scenes.js';
import { allOf, containerOf, isOver, mainsOf, states } from './staged-pod.js';
import { expectSame, expectThat, RuleFailed } from './verdicts.js';

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;
const RANK = { waiting: 0, running: 1, terminated: 2 } as const;

/** Rules that each look at all answers about one pod. */
function rule(one: Omit<Rule, 'check'> & { readonly judge: (watched: WatchedPod) => void }): Rule {
  const { judge, ...rest } = one;
  return {
    ...rest,
    async check(stage) {
      const watched = await twoContainers(stage);
      if (watched.seen.length === 0) throw new RuleFailed('a pod that was taken on is in the answer of GET /status', 'it never was');
      judge(watched);
    },
  };
}

export const LIFE_RULES: readonly Rule[] = [
  rule({
    id: 'status-entry',
    sentence: 'an entry has name, namespace and UID of the pod, JID as its create was answered, and both lists',
    source: 'interLink pkg/interlink/types.go PodStatus; entries are found by UID, and null lists crash some readers',
    severity: 'must',
    judge({ pod, seen }) {
      const { name, namespace } = pod.pod.metadata;
      for (const entry of seen) {
        expectSame([entry.name, entry.namespace, entry.JID], [name, namespace, pod.jobId], 'name, namespace and JID');
        expectThat(Array.isArray(entry.containers) && Array.isArray(entry.initContainers), 'containers and initContainers as lists', entry);
      }
    },
  }),
  rule({
    id: 'status-every-container',
    sentence: 'an answer has a status of every container of the spec, every time',
    source: 'pkg/virtualkubelet/execute.go counts the entries: none is a pod that has succeeded, and one too few crashes it when another failed',
    severity: 'must',
    judge({ seen }) {
      for (const entry of seen) expectSame(mainsOf(entry).map(({ name }) => name).sort(), ['bad', 'good'], 'containers');
    },
  }),
  rule({
    id: 'status-one-state',
    sentence: 'a container is in exactly one of the states waiting, running and terminated',
    source: 'v1.ContainerState: the virtual kubelet looks at terminated first, then waiting, then running',
    severity: 'must',
    judge({ seen }) {
      const wrong = seen.flatMap(allOf).find(({ state }) => kindsOf(state).length !== 1);
      expectThat(wrong === undefined, 'one state', wrong);
    },
  }),
  rule({
    id: 'status-forward',
    sentence: 'what is not restarted goes from waiting over running to terminated, and never back',
    source: 'the cluster shows each answer as it comes',
    severity: 'must',
    judge({ seen }) {
      for (const name of ['good', 'bad']) {
        const ranks = seen.map((entry) => rankOf(containerOf(entry, name))).filter((rank) => rank !== undefined);
        expectThat(ranks.every((rank, index) => rank >= (ranks[index - 1] ?? 0)), `${name} never goes back`, seen.map(states));
      }
    },
  }),
  rule({
    id: 'status-running',
    sentence: 'a container that runs is told as running while another has ended',
    source: 'all terminated is final: the virtual kubelet never asks again',
    severity: 'must',
    judge({ seen }) {
      const apart = seen.some((entry) => containerOf(entry, 'bad')?.state?.terminated && containerOf(entry, 'good')?.state?.running);
      expectThat(apart, `\`good\`, which goes on for ${APART_SECONDS} s longer, running beside \`bad\` terminated`, [...new Set(seen.map(states))]);
    },
  }),
  rule({
    id: 'status-final',
    sentence: 'an ended pod is answered the same until it is deleted',
    source: 'the virtual kubelet may ask again after it was restarted',
    severity: 'must',
    judge({ seen }) {
      const ends = seen.filter(isOver);
      expectThat(ends.length > 1, 'the pod ends, and stays ended', seen.map(states).slice(-3));
      for (const entry of ends) expectSame(endsOf(entry), endsOf(ends[0]), 'the ends');
      expectThat(seen.slice(-ends.length).every(isOver), 'no answer after the end that is not of an ended pod', seen.map(states).slice(-ends.length - 1));
    },
  }),
  rule({
    id: 'status-exit-code',
    sentence: 'exit codes are those of the programs',
    source: 'any code but 0 makes the pod Failed, and `kubectl` shows it',
    severity: 'must',
    judge({ seen }) {
      const last = seen.at(-1);
      expectSame(['good', 'bad'].map((name) => last && containerOf(last, name)?.state?.terminated?.exitCode), [0, 3], 'exit codes of `good` and `bad`:');
    },
  }),
  rule({
    id: 'status-times',
    sentence: 'times are RFC 3339, and no container has ended before it began',
    source: 'Go refuses a whole answer for one time that it cannot read (metav1.Time)',
    severity: 'must',
    judge({ seen }) {
      for (const { state } of seen.flatMap(allOf)) {
        const { startedAt, finishedAt } = state?.terminated ?? {};
        const times = [state?.running?.startedAt, startedAt, finishedAt].filter((time) => time !== undefined && time !== null);
        expectThat(times.every((time) => RFC3339.test(time)), 'times such as 2026-01-31T08:00:00Z', times);
        if (startedAt && finishedAt) expectThat(new Date(finishedAt) >= new Date(startedAt), 'finishedAt at or after startedAt', state);
      }
    },
  }),
  rule({
    id: 'status-finished-at',
    sentence: 'what has ended says when it began and when it ended',
    source: '`kubectl describe`, and controllers that wait for `finishedAt` (Job, garbage collection)',
    severity: 'should',
    judge({ seen }) {
      const { terminated } = seen.at(-1)?.containers?.[0]?.state ?? {};
      expectThat(Boolean(terminated?.startedAt && terminated.finishedAt), 'startedAt and finishedAt', terminated);
    },
  }),
  rule({
    id: 'status-whole',
    sentence: 'a status has image, imageID, ready, restartCount and lastState',
    source: 'required fields of v1.ContainerStatus: an API server refuses a pod without them',
    severity: 'should',
    judge({ seen }) {
      const lacking = seen.flatMap(allOf).find((one) => !isWhole(one));
      expectThat(lacking === undefined, 'all of them', lacking);
    },
  }),
  rule({
    id: 'restart-never',
    sentence: 'under restartPolicy Never nothing is started again',
    source: 'Kubernetes; work that has failed would be done twice',
    severity: 'must',
    judge({ seen }) {
      const again = seen.flatMap(allOf).find(({ restartCount }) => restartCount > 0);
      expectThat(again === undefined, 'restartCount 0', again && `${again.name}: restartCount ${again.restartCount}`);
    },
  }),
];

function isWhole(status: ContainerStatus): boolean {
  const { image, imageID, ready, restartCount, lastState } = status as Partial<ContainerStatus>;
  return typeof image === 'string' && typeof imageID === 'string' && typeof ready === 'boolean' && typeof restartCount === 'number' && typeof lastState === 'object';
}

function kindsOf(state: ContainerState | null | undefined): readonly (keyof typeof RANK)[] {
  return (Object.keys(RANK) as (keyof typeof RANK)[]).filter((kind) => state?.[kind]);
}

function rankOf(status: ContainerStatus | undefined): number | undefined {
  const [kind] = kindsOf(status?.state).toReversed();
  return kind && RANK[kind];
}

function endsOf(entry: PodStatusJson | undefined): unknown {
  return entry && mainsOf(entry).map(({ name, state }) => [name, state?.terminated?.exitCode, state?.terminated?.finishedAt]);
}

