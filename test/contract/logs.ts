import { once } from 'node:events';
import { demultiplex } from '../../src/engine/index.js';
import { eventually } from '../support/eventually.js';
import { SLEEP, SPEAK, TRAP } from './commands.js';
import { type Subject, WHOLE } from './subject.js';

const STAMPED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z /;

export function declareLogs(it: () => Subject): void {
  describe('of a container that has ended', () => {
    let id: string;
    beforeAll(async () => {
      id = await it().start(SPEAK);
      await it().ended(id);
    });

    test.each([false, true])('hold both streams, each in order, follow: %s', async (follow) => {
      expect(await it().log(id, { follow })).toEqual({ stdout: 'one\nthree\n', stderr: 'two\n' });
    });

    test.each([
      [0, 0],
      [1, 1],
      [2, 2],
      [9, 3],
    ])('tail %i gives %i lines from the end', async (tail, count) => {
      const { stdout, stderr } = await it().log(id, { tail });
      expect((stdout + stderr).split('\n').length - 1).toBe(count);
    });

    test('have a time at each line when asked for', async () => {
      const { stdout, stderr } = await it().log(id, { timestamps: true });
      const lines = [...stdout.trimEnd().split('\n'), stderr.trimEnd()];
      expect(lines.map((line) => line.replace(STAMPED, ''))).toEqual(['one', 'three', 'two']);
      for (const line of lines) expect(line).toMatch(STAMPED);
    });

    test('begin at `since`, and end at `until`', async () => {
      const hour = 3_600_000;
      const nothing = { stdout: '', stderr: '' };
      expect(await it().log(id, { since: new Date(Date.now() + hour) })).toEqual(nothing);
      expect(await it().log(id, { until: new Date(Date.now() - hour) })).toEqual(nothing);
      expect(await it().log(id, { since: new Date(Date.now() - hour) })).toEqual({ stdout: 'one\nthree\n', stderr: 'two\n' });
    });
  });

  test('of a terminal come as one stream, without frames', async () => {
    const id = await it().start(TRAP, { Tty: true });
    expect(await eventually(async () => (await it().rawLog(id)) || undefined)).toMatch(/^ready\r?\n$/);
    await it().engine.killContainer(id, 'SIGKILL');
  });

  test('of a container that never ran are empty, and end', async () => {
    const id = await it().create(SLEEP);
    expect(await it().log(id, { follow: true })).toEqual({ stdout: '', stderr: '' });
  });

  test('that are followed go on while the container runs, and end with it', async () => {
    const id = await it().start(TRAP);
    const followed = (await it().engine.containerLogs(id, { ...WHOLE, follow: true })).pipe(demultiplex());
    const [first] = (await once(followed, 'data')) as [{ chunk: Buffer }];
    expect(first.chunk.toString()).toBe('ready\n');
    expect(followed.readableEnded).toBe(false);
    await Promise.all([once(followed.resume(), 'end'), it().engine.stopContainer(id, 20)]);
  });

  test('that are followed end for a reader who leaves', async () => {
    const id = await it().start(TRAP);
    const leave = new AbortController();
    const [destroyed, aborted] = await Promise.all([it().engine.containerLogs(id, { ...WHOLE, follow: true }), it().engine.containerLogs(id, { ...WHOLE, follow: true }, leave.signal)]);
    const closed = [destroyed, aborted].map((stream) => new Promise((resolve) => stream.on('error', () => undefined).once('close', resolve)));
    destroyed.destroy();
    leave.abort();
    await Promise.all(closed);
    expect(await it().stateOf(id)).toMatchObject({ Status: 'running' });
    await it().engine.killContainer(id, 'SIGKILL');
  });

  test('that are not kept cannot be read', async () => {
    const id = await it().create(SPEAK, { HostConfig: { NetworkMode: 'none', LogConfig: { Type: 'none', Config: {} } } });
    await it().engine.startContainer(id);
    await expect(it().log(id)).rejects.toMatchObject({ tag: 'Failed' });
  });
}
