import type { ContainerEvent } from '../../src/engine/index.js';
import { eventually } from '../support/eventually.js';
import { NOTHING, SLEEP, TRAP } from './commands.js';
import type { Subject } from './subject.js';

/** Watches one label's events while a test runs. */
class Watch {
  readonly events: ContainerEvent[] = [];
  closes = 0;
  readonly stop = new AbortController();

  async open(it: Subject, label: string, since?: Date): Promise<this> {
    await it.engine.watchEvents(label, (event) => this.events.push(event), () => this.closes++, this.stop.signal, since);
    return this;
  }

  /** Resolves with everything so far, once one of this action has come. */
  upTo(action: string): Promise<readonly ContainerEvent[]> {
    return eventually(() => this.events.some((event) => event.action === action) && this.events);
  }
}

export function declareEvents(it: () => Subject): void {
  const watches: Watch[] = [];
  /** A container label of its own, and what happens to whom carries it. */
  const watch = async (): Promise<{ readonly watch: Watch; readonly labels: Record<string, string> }> => {
    const value = it().unique();
    const opened = await new Watch().open(it(), `watched=${value}`);
    watches.push(opened);
    return { watch: opened, labels: { ...it().labels, watched: value } };
  };
  afterEach(() => watches.splice(0).forEach(({ stop }) => stop.abort()));
  const told = (events: readonly ContainerEvent[]): string[] =>
    events.map(({ action, attributes: { exitCode, signal } }) => [action, exitCode ?? signal].filter((part) => part !== undefined).join(' '));

  test('tell of a life in its order, with codes and signals, to whom the label matters', async () => {
    const { watch: watching, labels } = await watch();
    const other = await it().start(SLEEP);
    const name = it().unique();
    const id = await it().create(TRAP, { name, Labels: labels });
    await it().engine.startContainer(id);
    await eventually(async () => (await it().log(id)).stdout.includes('ready'));
    await it().engine.stopContainer(id, 20);
    await it().engine.removeContainer(id);
    await it().engine.removeContainer(other);
    const events = await watching.upTo('destroy');
    expect(told(events)).toEqual(['create', 'start', 'kill 15', 'die 7', 'destroy']);
    for (const { containerId, attributes, at } of events) {
      expect({ containerId, attributes }).toMatchObject({ containerId: id, attributes: { ...labels, name, image: it().image } });
      expect(Math.abs(at.getTime() - Date.now())).toBeLessThan(600_000);
    }
  });

  test('tell of both signals when the grace of a stop has passed', async () => {
    const { watch: watching, labels } = await watch();
    const id = await it().start(SLEEP, { Labels: labels });
    await it().engine.stopContainer(id, 1);
    expect(told(await watching.upTo('die'))).toEqual(['create', 'start', 'kill 15', 'kill 9', 'die 137']);
  });

  test('tell of a kill and of the death that a removal is', async () => {
    const { watch: watching, labels } = await watch();
    const id = await it().start(SLEEP, { Labels: labels });
    await it().engine.removeContainer(id);
    expect(told(await watching.upTo('destroy'))).toEqual(['create', 'start', 'kill 9', 'die 137', 'destroy']);
  });

  test('tell of a new name and the old one', async () => {
    const { watch: watching, labels } = await watch();
    const [before, after] = [it().unique(), it().unique()];
    const id = await it().create(SLEEP, { name: before, Labels: labels });
    await it().engine.renameContainer(id, after);
    const events = await watching.upTo('rename');
    expect(told(events)).toEqual(['create', 'rename']);
    expect(events.at(-1)?.attributes).toMatchObject({ name: after, oldName: `/${before}` });
  });

  test('do not tell of a start that failed', async () => {
    const { watch: watching, labels } = await watch();
    const id = await it().create(NOTHING, { Labels: labels });
    await expect(it().engine.startContainer(id)).rejects.toThrow();
    await it().engine.removeContainer(id);
    expect(told(await watching.upTo('destroy'))).toEqual(['create', 'destroy']);
  });

  test('begin, when asked for, with what was before', async () => {
    const { watch: watching, labels } = await watch();
    const id = await it().create(SLEEP, { Labels: labels });
    await it().engine.renameContainer(id, it().unique());
    const [created] = await watching.upTo('rename');
    const since = new Watch();
    watches.push(since);
    await since.open(it(), `watched=${labels['watched'] ?? ''}`, created?.at);
    await it().engine.removeContainer(id);
    expect(told(await since.upTo('destroy'))).toEqual(['create', 'rename', 'destroy']);
    expect(told(await watching.upTo('destroy'))).toEqual(['create', 'rename', 'destroy']);
  });

  test('come to each who watches; who has left hears nothing more, not even the end', async () => {
    const { watch: watching, labels } = await watch();
    const second = await new Watch().open(it(), `watched=${labels['watched'] ?? ''}`);
    await it().create(SLEEP, { Labels: labels });
    await Promise.all([watching.upTo('create'), second.upTo('create')]);
    second.stop.abort();
    const id = await it().start(SLEEP, { Labels: labels });
    await it().engine.removeContainer(id);
    await watching.upTo('destroy');
    expect(second).toMatchObject({ closes: 0, events: [{ action: 'create' }] });
  });
}
