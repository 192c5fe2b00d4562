import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import type { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { toLogBody, toStatusPod } from '../../src/caller/index.js';
import type { PodStatusJson } from '../../src/wire/index.js';
import { describeWithEngine, skipAloud } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { PluginScene } from '../support/plugin-scene.js';
import { restUntilTerm } from '../support/pod-scripts.js';
import { shellPod, type TestPod } from '../support/test-node.js';
import { countFigure } from '../support/thorough.js';
import { untilHolds } from '../support/until-holds.js';

jest.setTimeout(240_000);

const MOST_FILES = 96;
const hasPrlimit = ((): boolean => {
  try {
    execFileSync('prlimit', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

/** One connection that was open before, as interLink's server keeps them. */
class KeptConnection {
  private readonly agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly endpoint: object) {}

  async ask(method: string, path: string, body: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
    const bytes = Buffer.from(JSON.stringify(body));
    const request = http.request({ ...this.endpoint, method, path, agent: this.agent, headers: { 'content-type': 'application/json', 'content-length': bytes.length } });
    request.end(bytes);
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
    return { status: answer.statusCode ?? 0, body: await json(answer) };
  }

  close(): void {
    this.agent.destroy();
  }
}

if (!hasPrlimit) skipAloud('a plugin that may open few files', 'there is no prlimit here');
else
  describeWithEngine(`a plugin that may open ${MOST_FILES} files`, (engine) => {
    let scene: PluginScene;
    const held: Readable[] = [];
    beforeAll(async () => {
      scene = await PluginScene.open(engine, { under: ['prlimit', `--nofile=${MOST_FILES}:${MOST_FILES}`] });
    });
    afterAll(async () => {
      held.forEach((stream) => stream.destroy());
      await scene.close();
    });

    const openFiles = (): number => readdirSync(`/proc/${scene.pid}/fd`).length;

    /** Follows logs, one after the other, until there is no file left for the next; then for what is left, connections that say nothing. */
    async function takeAllFiles(pod: TestPod): Promise<void> {
      for (let canMore = true; canMore; ) {
        canMore = await scene.caller.getLogs(toLogBody(pod.pod, 'main', { Follow: true })).then((log) => hold(log), () => false);
      }
      await eventually(() => {
        const { endpoint } = scene.plugin;
        hold(net.connect('socketPath' in endpoint ? { path: endpoint.socketPath } : endpoint));
        return openFiles() >= MOST_FILES - 1;
      });
    }

    function hold(stream: Readable): true {
      held.push(stream.on('error', () => undefined).resume());
      return true;
    }

    test('goes on with what runs while they are all taken, lets a create wait, and is as before when they are free', async () => {
      const stays = await scene.running(shellPod(restUntilTerm(0), { restartPolicy: 'Always' }));
      const before = await stays.status();
      const [status, create] = [new KeptConnection(scene.plugin.endpoint), new KeptConnection(scene.plugin.endpoint)];
      const ask = async (): Promise<PodStatusJson | undefined> => ((await status.ask('GET', '/status', [toStatusPod(stays.pod, stays.jobId, stays.view)])).body as PodStatusJson[])[0];
      expect([await ask(), (await create.ask('GET', '/status', [])).status]).toEqual([before, 200]);
      await takeAllFiles(stays);

      expect(await ask()).toEqual(before);
      const late = scene.newPod(shellPod(restUntilTerm(0)));
      const created = create.ask('POST', '/create', late.body);
      const early = await Promise.race([created, eventually(async () => (await ask()) === undefined, { deadlineMs: 5_000, intervalMs: 500 }).catch(() => 'waits')]);
      // A connection to the engine that was kept may serve it at once; where there is none it waits, or says why.
      expect(early === 'waits' || [200, 503].includes((early as { status: number }).status)).toBe(true);
      expect(await ask()).toEqual(before);
      expect([scene.plugin.isRunning, scene.plugin.pid]).toEqual([true, scene.pid]);

      const count = held.length;
      held.splice(0).forEach((stream) => stream.destroy());
      await untilHolds(() => expect(openFiles()).toBeLessThan(MOST_FILES / 2));
      const { status: answered } = await created;
      if (answered !== 200) await scene.caller.create(late.body);
      await late.untilPhase('Running');
      expect(await ask()).toEqual(before);
      for (const pod of [stays, late]) {
        await pod.delete();
        expect(await scene.leftoversOf(pod)).toBe(0);
      }
      for (const connection of [status, create]) connection.close();
      countFigure({ what: `all of the plugin's ${MOST_FILES} files taken by those who follow logs`, count, unit: 'connections', outcome: 'statuses are answered, pods run on, a create waits; all as before when they are free' });
    });
  });
