import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { openLog } from '../../src/docker/logs/index.js';
import { connectEngine, type ContainerConfig, type Engine } from '../../src/engine/index.js';
import type { LogOptions } from '../../src/provider/index.js';
import { ensureBusybox, TEST_IMAGE } from '../support/busybox.js';
import { describeWithEngine, purgeNode, uniqueNode } from '../support/engine-under-test.js';
import { eventually } from '../support/eventually.js';
import { FaultProxy } from '../support/fault-proxy.js';

// Engines on busy machines take their time.
jest.setTimeout(60_000);

const PLAIN: LogOptions = { timestamps: false, follow: false, previous: false };
/** Rotation far away, so that everything written is kept. */
const LOG_CONFIG = { Type: 'json-file', Config: { 'max-size': '300m', 'max-file': '2' } };

describeWithEngine('the log of a container', ({ endpoint }) => {
  const node = uniqueNode('logs');
  let proxy: FaultProxy;
  let engine: Engine;

  beforeAll(async () => {
    await ensureBusybox(endpoint);
    proxy = await FaultProxy.start(endpoint);
    engine = connectEngine({ kind: 'socket', path: proxy.socketPath });
  });
  afterAll(async () => {
    await proxy.stop();
    await purgeNode(node, endpoint);
  });

  async function start(script: string, more: Partial<ContainerConfig> = {}): Promise<string> {
    const HostConfig = { NetworkMode: 'none', LogConfig: LOG_CONFIG };
    const id = await engine.createContainer(uniqueNode('c'), { Image: TEST_IMAGE, Cmd: ['sh', '-c', script], Labels: { 'interlink.eu/node': node }, HostConfig, ...more });
    await engine.startContainer(id);
    return id;
  }
  const ended = (id: string): Promise<unknown> => eventually(async () => (await engine.inspectContainer(id)).State.Status === 'exited', { deadlineMs: 90_000 });
  const open = (id: string, options: Partial<LogOptions> = {}, tty = false): Promise<Readable> => openLog(engine, id, tty, { ...PLAIN, ...options });
  const read = async (id: string, options: Partial<LogOptions> = {}, tty = false): Promise<string> => text(await open(id, options, tty));
  /** Whether the engine still has a reader of this log. */
  const isRead = (id: string): boolean => proxy.calls.some((call) => call.path === `/containers/${id}/logs` && !call.isOver);

  test('P89: arrives byte for byte, 100 MB of it', async () => {
    const id = await start('head -c 75000000 /dev/urandom | base64 -w 4000 > /tmp/f; sha256sum < /tmp/f; cat /tmp/f');
    await ended(id);
    const hash = createHash('sha256');
    let told = '';
    for await (const chunk of (await open(id)) as AsyncIterable<Buffer>) {
      const line = told.endsWith('\n') ? -1 : chunk.indexOf('\n');
      if (!told.endsWith('\n')) told += chunk.toString('latin1', 0, line + 1);
      hash.update(chunk.subarray(line + 1));
    }
    expect(hash.digest('hex')).toBe(told.slice(0, 64));
  }, 120_000);

  describe.each([{ tty: false, eol: '\n' }, { tty: true, eol: '\r\n' }])('P86, P89: with long lines, tty: $tty', ({ tty, eol }) => {
    const a = 'a'.repeat(40_000);
    const b = 'b'.repeat(16_384);
    const lines = ['first', a, '', 'err', b, 'last'].map((line) => line + eol);
    const shrink = (log: string): string => log.replace(/(a|b)\1{100,}/g, (run) => `<${run.length} ${run[0]}>`);
    let id: string;

    beforeAll(async () => {
      const fill = (char: string, count: number): string => `head -c ${count} /dev/zero | tr '\\0' ${char}; echo`;
      // The pauses keep stdout and stderr in order, and the last lines in another millisecond.
      id = await start(`echo first; ${fill('a', a.length)}; echo; sleep 0.2; echo err >&2; sleep 0.2; ${fill('b', b.length)}; sleep 0.2; echo last`, { Tty: tty });
      await ended(id);
    });

    test('gives stdout and stderr in order', async () => {
      expect(shrink(await read(id, {}, tty))).toBe(shrink(lines.join('')));
    });

    test.each([1, 2, 3, 4, 5, 6, 7, 100])('tail counts lines: %d', async (tailLines) => {
      expect(shrink(await read(id, { tailLines }, tty))).toBe(shrink(lines.slice(-tailLines).join('')));
    });

    test('one time stamp a line; since one of them begins with it', async () => {
      const log = await read(id, { timestamps: true }, tty);
      const stamps = [...log.matchAll(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) /gm)].map(([, stamp]) => stamp ?? '');
      expect(stamps).toHaveLength(lines.length);
      expect(shrink(log)).toBe(shrink(lines.map((line, i) => `${stamps[i]} ${line}`).join('')));
      const since = new Date(stamps[3] ?? '');
      expect(shrink(await read(id, { since, timestamps: true }, tty))).toBe(shrink(lines.slice(3).map((line, i) => `${stamps[i + 3]} ${line}`).join('')));
      expect(shrink(await read(id, { since, tailLines: 2 }, tty))).toBe(shrink(lines.slice(-2).join('')));
    });

    test.each([1, 7, 20_000, 1_000_000])('ends after %d bytes', async (limitBytes) => {
      const whole = lines.join('');
      expect(await read(id, { limitBytes }, tty)).toBe(whole.slice(0, limitBytes));
      await eventually(() => !isRead(id));
    });
  });

  test('P89: NULs and other control characters arrive; bytes that are no UTF-8 as the engine keeps them', async () => {
    const id = await start("printf 'a\\0b\\033[1mc\\r\\177\\0\\n'; printf '\\303\\274 \\377\\376\\n' >&2");
    await ended(id);
    const log = await read(id);
    expect(log.split('\n').sort()).toEqual(['', 'a\0b\u001b[1mc\r\u007f\0', 'ü \ufffd\ufffd']);
  });

  test('P87: a follow ends when the container has ended, with all it wrote', async () => {
    const id = await start('for i in 1 2 3 4 5; do echo $i; sleep 0.1; done; printf end');
    expect(await read(id, { follow: true })).toBe('1\n2\n3\n4\n5\nend');
    expect((await engine.inspectContainer(id)).State.Status).toBe('exited');
  });

  test('a follow ends when the container is removed', async () => {
    const id = await start('echo begun; sleep 600');
    const log = await open(id, { follow: true });
    await once(log, 'readable');
    await engine.removeContainer(id);
    expect(await text(log)).toBe('begun\n');
  });

  test.each<Partial<LogOptions>>([{}, { tailLines: 1 }, { timestamps: true }])('a reader who leaves a silent container is noticed, %j', async (options) => {
    const id = await start('echo begun; sleep 600');
    const log = await open(id, { follow: true, ...options });
    await once(log, 'data');
    expect(isRead(id)).toBe(true);
    log.destroy();
    await eventually(() => !isRead(id));
  });

  test('a follow whose connection breaks fails', async () => {
    const id = await start('echo begun; sleep 600');
    const log = await open(id, { follow: true });
    await once(log, 'data');
    proxy.cut(({ path }) => path === `/containers/${id}/logs`);
    await expect(buffer(log)).rejects.toMatchObject({ kind: 'EngineUnavailable' });
  });

  test('a container that is gone is said', async () => {
    await expect(open('0'.repeat(64))).rejects.toMatchObject({ tag: 'NotFound' });
  });
});
