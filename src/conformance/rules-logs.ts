import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Rule } from './rule.js';
import { initialised, restarted, threeLines, twoContainers } from './scenes.js';
import type { Stage } from './stage.js';
import { isOver, states } from './staged-pod.js';
import { expectSame, expectThat, RuleSkipped, shown } from './verdicts.js';

const OPTIONS = 'interLink pkg/interlink/api/logs.go passes on what `kubectl logs` was told, every option always';
const STAMPED = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})) (.*)$/;
/** By which the plugin's clock may differ without harm: half of the time between the lines of `threeLines`, less the rounding to seconds. */
const MOST_BEHIND_MS = 1500;
const WHOLE = 'one\ntwo\nthree\n';

export const LOG_RULES: readonly Rule[] = [
  {
    id: 'log-whole',
    sentence: 'without options the log is all that was written; Tail 0, Bytes 0 and SinceTime 0001-01-01T00:00:00Z are none',
    source: OPTIONS,
    severity: 'must',
    check: async (stage) => expectSame(await (await threeLines(stage)).pod.log('main'), WHOLE, 'the log'),
  },
  {
    id: 'log-stderr',
    sentence: 'what is written on standard error is in the log',
    source: 'Kubernetes: a log is both streams',
    severity: 'must',
    async check(stage) {
      const pod = await stage.take({ containers: { main: [{ printError: 'trouble' }] } });
      await pod.end();
      expectSame(await pod.log('main'), 'trouble\n', 'the log');
    },
  },
  {
    id: 'log-default-container',
    sentence: 'an empty ContainerName means the only container, or the one that kubectl.kubernetes.io/default-container names',
    source: 'the virtual kubelet sends what it was asked, which may be no name',
    severity: 'must',
    async check(stage) {
      const { pod: only } = await threeLines(stage);
      expectSame(await only.log(''), await only.log('main'), 'the log of the only one');
      expectSame(await (await twoContainers(stage)).pod.log(''), 'bad\n', 'the log of the annotated one');
    },
  },
  {
    id: 'log-of-container',
    sentence: 'ContainerName chooses the container',
    source: OPTIONS,
    severity: 'must',
    check: async (stage) => expectSame(await (await twoContainers(stage)).pod.log('good'), 'good\n', 'the log of the second one'),
  },
  {
    id: 'log-tail',
    sentence: 'Tail gives as many lines from the end',
    source: OPTIONS,
    severity: 'must',
    check: async (stage) => expectSame(await (await threeLines(stage)).pod.log('main', { Tail: 2 }), 'two\nthree\n', 'with Tail 2'),
  },
  {
    id: 'log-bytes',
    sentence: 'Bytes is the most that is given',
    source: `${OPTIONS}: Bytes is limitBytes`,
    severity: 'must',
    check: async (stage) => expectSame(await (await threeLines(stage)).pod.log('main', { Bytes: 5 }), WHOLE.slice(0, 5), 'with Bytes 5'),
  },
  {
    id: 'log-timestamps',
    sentence: 'Timestamps puts an RFC 3339 time and a space before each line',
    source: OPTIONS,
    severity: 'must',
    async check(stage) {
      const lines = (await (await threeLines(stage)).pod.log('main', { Timestamps: true })).trimEnd().split('\n');
      expectSame(lines.map((line) => STAMPED.exec(line)?.[2]), ['one', 'two', 'three'], 'lines after their times');
    },
  },
  {
    id: 'log-since-time',
    sentence: 'SinceTime leaves out what was written before',
    source: OPTIONS,
    severity: 'must',
    async check(stage) {
      const SinceTime = `${new Date(await middleMs(stage)).toISOString().slice(0, -'.000Z'.length)}Z`;
      expectSame(await (await threeLines(stage)).pod.log('main', { SinceTime }), 'two\nthree\n', 'with a SinceTime between the first line and the others');
    },
  },
  {
    id: 'log-since-seconds',
    sentence: 'SinceSeconds leaves out what is older',
    source: OPTIONS,
    severity: 'must',
    async check(stage) {
      const SinceSeconds = Math.max(Math.round((stage.now().getTime() - (await middleMs(stage))) / 1000), 1);
      const log = await (await threeLines(stage)).pod.log('main', { SinceSeconds });
      const behindMs = await behindOf(stage);
      if (log !== 'two\nthree\n' && Math.abs(behindMs) > MOST_BEHIND_MS) throw new RuleSkipped(`the log's last time was ${behindMs / 1000} s before its end was seen here: its clock may be another, by which seconds cannot be counted back`);
      expectSame(log, 'two\nthree\n', 'with SinceSeconds between the first line and the others');
    },
  },
  {
    id: 'log-follow',
    sentence: 'Follow gives lines as they are written, and ends when the container has ended',
    source: `${OPTIONS}; pkg/virtualkubelet/execute.go passes chunks on as they come`,
    severity: 'must',
    async check(stage) {
      const pod = await stage.take({ containers: { main: [{ print: 'begun' }, { sleepSeconds: 3 }, { print: 'end' }] } });
      await pod.reach('the pod runs', ({ containers }) => containers?.some(({ state }) => state?.running ?? state?.terminated) ?? false);
      const log = await stage.within(pod.follow('main'), 'a followed log is answered at once');
      try {
        const first = await stage.within(firstOf(log), 'the first line comes');
        const status = await pod.status();
        expectThat(status !== undefined && !isOver(status), 'the first line comes while the container runs', status && states(status));
        expectSame(first + (await stage.readAll(log, 'the followed log ends with the container')), 'begun\nend\n', 'the followed log');
      } finally {
        log.destroy();
      }
    },
  },
  {
    id: 'log-previous',
    sentence: 'Previous gives the log of the attempt before',
    source: OPTIONS,
    severity: 'must',
    async check(stage) {
      const { pod, seen } = await restarted(stage);
      if (seen.some(isOver)) throw new RuleSkipped('the plugin has not restarted the container: see restart-not-final');
      expectSame(await pod.log('main', { Previous: true }), 'again\n', 'the log of the attempt before');
    },
  },
  {
    id: 'log-not-begun',
    sentence: 'the log of a container that has not begun is an empty 200',
    source: 'pkg/virtualkubelet/execute.go: users never see the text of a log that was refused, and tools that follow give up',
    severity: 'must',
    async check(stage) {
      const { early } = await initialised(stage);
      if (early === undefined) throw new RuleSkipped('no main container was seen waiting for its init containers: see init-order');
      if (early.status === 501) throw new RuleSkipped('the plugin has no logs: HTTP 501');
      expectThat(early.status === 200 && early.text === '', 'HTTP 200 and nothing', `HTTP ${early.status} ${shown(early.text)}`);
    },
  },
  {
    id: 'log-unknown',
    sentence: 'the log of a pod that is not there is answered with 4xx',
    source: 'an empty 200 would say that it has written nothing',
    severity: 'should',
    async check(stage) {
      const stranger = stage.plan({ containers: { main: [] } });
      const { status, text } = await stage.send('GET', '/getLogs', stranger.logBody('main'));
      if (status === 501) throw new RuleSkipped('the plugin has no logs: HTTP 501');
      expectThat(status >= 400 && status < 500, '4xx', `HTTP ${status} ${shown(text)}`);
    },
  },
  {
    id: 'log-post',
    sentence: 'POST /getLogs does what GET /getLogs does',
    source: 'many HTTP clients cannot send a body with GET',
    severity: 'should',
    async check(stage) {
      const { pod } = await threeLines(stage);
      const { status, text } = await stage.send('POST', '/getLogs', pod.logBody('main'));
      if (status === 404 || status === 405 || status === 501) throw new RuleSkipped(`the plugin takes GET only: HTTP ${status}`);
      expectSame(text, await pod.log('main'), 'the log that GET gives');
    },
  },
];

/** A time between the first line of `threeLines` and the others, by the log's own times. */
async function middleMs(stage: Stage): Promise<number> {
  const lines = (await (await threeLines(stage)).pod.log('main', { Timestamps: true })).split('\n');
  const [first = NaN, second = NaN] = lines.map((line) => new Date(STAMPED.exec(line)?.[1] ?? NaN).getTime());
  if (Number.isNaN(first + second)) throw new RuleSkipped('the log has no times to choose one by: see log-timestamps');
  return (first + second) / 2;
}

/** How far the plugin's clock is behind this one, and a pod's end behind its last line. */
async function behindOf(stage: Stage): Promise<number> {
  const { pod, endedAt } = await threeLines(stage);
  const last = (await pod.log('main', { Timestamps: true })).trimEnd().split('\n').at(-1) ?? '';
  return endedAt.getTime() - new Date(STAMPED.exec(last)?.[1] ?? NaN).getTime();
}

async function firstOf(stream: Readable): Promise<string> {
  // Not with `data`, of which several may come before anybody can say that one was enough.
  await once(stream, 'readable');
  return String((stream.read() as Buffer | null) ?? '');
}
