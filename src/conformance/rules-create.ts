import type { Rule } from './rule.js';
import { containerOf, parsed, type StagedPod } from './staged-pod.js';
import type { PodPlan, Stage } from './stage.js';
import { expectSame, expectSuccess, expectThat, RuleSkipped, shown } from './verdicts.js';

const QUICK: PodPlan = { containers: { main: [{ print: 'once' }] } };
const AT_A_TIME = 5;
/** Looks for something that must not come. */
const LOOKS = 4;

export const CREATE_RULES: readonly Rule[] = [
  {
    id: 'create-200',
    sentence: 'a pod that is taken on is answered with 200, and no other 2xx',
    source: 'interLink pkg/virtualkubelet/execute.go takes any other status for a refusal: the pod is Failed for ever',
    severity: 'must',
    async check(stage) {
      const { status, text } = await stage.plan(QUICK).create();
      expectThat(status === 200, 'HTTP 200', `HTTP ${status} ${shown(text)}`);
    },
  },
  {
    id: 'create-object',
    sentence: 'an object is answered with an object: PodUID as it came, and PodJID',
    source: 'interLink pkg/interlink/api/create.go reads CreateStruct; PodJID becomes the annotation JobID',
    severity: 'must',
    async check(stage) {
      const pod = stage.plan(QUICK);
      const { text } = await pod.create();
      const answer = parsed(text) as { PodUID?: unknown; PodJID?: unknown } | null | undefined;
      const fits = answer?.PodUID === pod.uid && typeof answer.PodJID === 'string' && answer.PodJID !== '';
      expectThat(fits, `{"PodUID": "${pod.uid}", "PodJID": "…"}`, text);
    },
  },
  {
    id: 'create-array',
    sentence: 'an array is answered with an array, an entry a pod, in order',
    source: 'older releases of interLink, and the published tutorial, send an array',
    severity: 'should',
    async check(stage) {
      const pods = [stage.plan(QUICK), stage.plan(QUICK)] as const;
      pods[1].isAsked = true;
      const { status, text } = await pods[0].create(pods.map(({ body }) => body));
      expectSuccess({ status, text });
      pods[1].isTaken = true;
      const answer = parsed(text);
      expectSame(Array.isArray(answer) ? answer.map((one: { PodUID?: unknown } | null) => one?.PodUID) : answer, pods.map(({ uid }) => uid), 'PodUIDs');
    },
  },
  {
    id: 'create-again',
    sentence: 'the same UID again is the same pod: 200, the same PodJID, and nothing runs twice',
    source: 'a caller whose connection broke may send a create again',
    severity: 'must',
    async check(stage) {
      const pod = stage.plan(QUICK);
      const first = await pod.create();
      expectSuccess(first);
      await pod.end();
      const second = await pod.create();
      expectSuccess(second);
      expectSame(jobOf(second.text), jobOf(first.text), 'the PodJID');
      await expectOnce(stage, pod);
    },
  },
  {
    id: 'create-parallel',
    sentence: 'creates of one UID at the same time are one pod, which runs once',
    source: 'interLink takes its calls in parallel, and a caller may try again while the first try still runs',
    severity: 'must',
    async check(stage) {
      const pod = stage.plan({ containers: { main: [{ print: 'once' }, { sleepSeconds: 1 }, { exit: 0 }] } });
      const replies = await Promise.all(Array.from({ length: AT_A_TIME }, () => pod.create()));
      replies.forEach(expectSuccess);
      expectSame([...new Set(replies.map(({ text }) => jobOf(text)))].length, 1, 'the number of different PodJIDs:');
      await pod.end();
      await expectOnce(stage, pod);
    },
  },
  {
    id: 'create-env',
    sentence: 'values of variables are given as they came, `$(NAME)` in them too',
    source: 'the virtual kubelet has resolved references and expanded values before it sends them',
    severity: 'must',
    async check(stage) {
      const value = 'a $(OTHER) $$(OTHER) "b" \'c\'';
      const env = [{ name: 'OTHER', value: 'wrong' }, { name: 'VALUE', value }];
      const pod = await stage.take({ containers: { main: [{ printEnv: 'VALUE' }] }, container: { env } });
      await pod.end();
      expectSame(await pod.log(), `${value}\n`, 'the value');
    },
  },
  {
    id: 'create-args',
    sentence: '`$(NAME)` in command and args is replaced by the value, `$$(NAME)` is written `$(NAME)`',
    source: 'Kubernetes: interLink leaves command and args as the pod has them',
    severity: 'should',
    async check(stage) {
      const pod = await stage.take({ containers: { main: [{ print: '$(NAME) $$(NAME) $(NONE)' }] }, container: { env: [{ name: 'NAME', value: 'value' }] } });
      await pod.end();
      expectSame(await pod.log(), 'value $(NAME) $(NONE)\n', 'the words');
    },
  },
];

/** It has run once and stays ended, now and for some looks: a plugin whose jobs are called by the UID may have started two of one name. */
async function expectOnce(stage: Stage, pod: StagedPod): Promise<void> {
  for (let look = 0; look < LOOKS; look += 1) {
    const status = await pod.status();
    const main = status && containerOf(status, 'main');
    expectThat(Boolean(main?.state?.terminated) && !(main && main.restartCount > 0), '`main` in the status, ended and never restarted', status ?? 'no status of the pod');
    await stage.pause();
  }
  const log = await pod.log('main').catch((error: unknown) => {
    if (error instanceof RuleSkipped) return undefined;
    throw error;
  });
  if (log !== undefined) expectSame(log, 'once\n', 'the log of a pod that ran once:');
}

function jobOf(text: string): unknown {
  return (parsed(text) as { PodJID?: unknown } | null | undefined)?.PodJID;
}
