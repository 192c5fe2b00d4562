import type { Rule } from './rule.js';
import { containerOf, isOver, type StagedPod, states } from './staged-pod.js';
import type { Stage } from './stage.js';
import { expectThat, RuleSkipped, shown } from './verdicts.js';

const ONCE = 'pkg/virtualkubelet/virtualkubelet.go sends a delete once, and never repeats it';
/** Looks for something that must not come. */
const LOOKS = 4;

export const DELETE_RULES: readonly Rule[] = [
  {
    id: 'delete-running',
    sentence: 'the delete of a pod that runs is answered with 200, and the pod is gone',
    source: `${ONCE}: what still runs then runs for ever`,
    severity: 'must',
    async check(stage) {
      const { pod, reply } = await deleted(stage);
      expectThat(reply.status === 200, 'HTTP 200', `HTTP ${reply.status} ${shown(reply.text)}`);
      await expectGone(stage, pod);
    },
  },
  {
    id: 'delete-ended',
    sentence: 'the delete of a pod that has ended is answered with 200',
    source: 'every pod is deleted in the end',
    severity: 'must',
    async check(stage) {
      const pod = await stage.take({ containers: { main: [{ exit: 0 }] } });
      await pod.watch(isOver);
      const { status, text } = await pod.delete();
      expectThat(status === 200, 'HTTP 200', `HTTP ${status} ${shown(text)}`);
    },
  },
  {
    id: 'delete-again',
    sentence: 'a second delete is answered with 200',
    source: 'a cluster that was cut off may ask again; the pod is gone, as was wanted',
    severity: 'must',
    async check(stage) {
      const { pod } = await deleted(stage);
      const { status, text } = await pod.delete();
      expectThat(status === 200, 'HTTP 200', `HTTP ${status} ${shown(text)}`);
    },
  },
  {
    id: 'delete-unknown',
    sentence: 'the delete of a pod never heard of is answered with 404, or 200',
    source: 'pods that were refused are deleted as well: 5xx would stand in every log',
    severity: 'must',
    async check(stage) {
      const { status, text } = await stage.plan({ containers: { main: [] } }).delete();
      expectThat(status === 404 || status === 200, 'HTTP 404 or 200', `HTTP ${status} ${shown(text)}`);
    },
  },
  {
    id: 'delete-unknown-text',
    sentence: 'such a 404 names the UID',
    source: "interLink's own Docker plugin answers `No containers found for UUID …`",
    severity: 'should',
    async check(stage) {
      const pod = stage.plan({ containers: { main: [] } });
      const { status, text } = await pod.delete();
      if (status !== 404) throw new RuleSkipped(`the plugin answers ${status}: see delete-unknown`);
      expectThat(text.includes(pod.uid), `the UID ${pod.uid}`, text);
    },
  },
  {
    id: 'delete-then-create',
    sentence: 'a UID that was deleted is not created again: 4xx',
    source: 'a create may be late, or tried again; nobody would ever delete that pod',
    severity: 'must',
    async check(stage) {
      const { pod } = await deleted(stage);
      const { status, text } = await createdAgain(stage, pod);
      expectThat(status >= 400 && status < 500, '4xx', `HTTP ${status} ${shown(text)}`);
      await expectGone(stage, pod);
    },
  },
  {
    id: 'delete-then-create-410',
    sentence: 'such a create is answered with 410',
    source: "interLink shows the answer as the pod's message: Gone says what it is",
    severity: 'should',
    async check(stage) {
      const { pod } = await deleted(stage);
      const { status } = await createdAgain(stage, pod);
      if (status < 400 || status >= 500) throw new RuleSkipped(`HTTP ${status}: see delete-then-create`);
      expectThat(status === 410, 'HTTP 410', `HTTP ${status}`);
    },
  },
  {
    id: 'delete-before-create',
    sentence: 'a delete that comes before its create is remembered: the create is refused',
    source: `${ONCE}; it is sent while the create is under way, and may overtake it`,
    severity: 'must',
    async check(stage) {
      const pod = stage.plan({ containers: { main: [{ sleepSeconds: 600 }] } });
      await pod.delete();
      const { status, text } = await pod.create();
      expectThat(status >= 400 && status < 500, '4xx', `HTTP ${status} ${shown(text)}`);
    },
  },
  {
    id: 'delete-during-create',
    sentence: 'after a delete that comes during its create nothing runs',
    source: `${ONCE}; it is sent while the create is under way`,
    severity: 'must',
    async check(stage) {
      const pod = stage.plan({ containers: { main: [{ sleepSeconds: 600 }] } });
      const creating = pod.create();
      await Promise.all([creating, pod.delete()]);
      await expectGone(stage, pod);
    },
  },
];

/** A pod that ran, and has been deleted. */
function deleted(stage: Stage) {
  return stage.scene('deleted', async () => {
    const pod = await stage.take({ containers: { main: [{ print: 'begun' }, { sleepSeconds: 600 }] } });
    await pod.reach('the pod runs', (status) => containerOf(status, 'main')?.state?.running !== undefined);
    return { pod, reply: await pod.delete() };
  });
}

function createdAgain(stage: Stage, pod: StagedPod) {
  return stage.scene('created after its delete', () => pod.create());
}

/** No answer tells of a container that runs, or will: in the end, as a delete may be answered before its work is done, and for some looks. */
async function expectGone(stage: Stage, pod: StagedPod): Promise<void> {
  const isGone = async (): Promise<true | undefined> => {
    const status = await pod.status();
    return status === undefined || isOver(status) ? true : undefined;
  };
  await stage.until(isGone);
  for (let look = 0; look < LOOKS; look += 1) {
    const status = await pod.status();
    expectThat(status === undefined || isOver(status), 'no container that runs or waits', status && states(status));
    await stage.pause();
  }
}
