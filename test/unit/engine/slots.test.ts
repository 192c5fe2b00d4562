import { Slots } from '../../../src/engine/slots.js';

/** Work that ends when it is told to. */
class Work {
  readonly begun: string[] = [];
  private readonly running = new Map<string, PromiseWithResolvers<string>>();

  readonly of = (name: string) => (): Promise<string> => {
    this.begun.push(name);
    const end = Promise.withResolvers<string>();
    this.running.set(name, end);
    return end.promise;
  };

  end(name: string): void {
    this.running.get(name)?.resolve(name);
  }

  fail(name: string): void {
    this.running.get(name)?.reject(new Error(name));
  }
}

/** Lets everything that is due happen. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('work begins in the order in which it came, never more at once than there are places', async () => {
  const slots = new Slots(2);
  const work = new Work();
  const names = ['a', 'b', 'c', 'd', 'e'];
  const all = Promise.all(names.map((name) => slots.run(work.of(name))));
  expect(work.begun).toEqual(['a', 'b']);
  for (const [end, begun] of [['b', 3], ['a', 4], ['d', 5]] as const) {
    work.end(end);
    await settle();
    expect(work.begun).toEqual(names.slice(0, begun));
  }
  for (const name of names) work.end(name);
  expect(await all).toEqual(names);
});

test.each(['fail', 'end'] as const)('a place is handed on after an %s', async (how) => {
  const slots = new Slots(1);
  const work = new Work();
  const first = slots.run(work.of('a'));
  const second = slots.run(work.of('b'));
  work[how]('a');
  await first.catch((error: unknown) => expect(error).toEqual(new Error('a')));
  await settle();
  expect(work.begun).toEqual(['a', 'b']);
  work.end('b');
  expect(await second).toBe('b');
});

test('work that throws before it begins gives its place back', async () => {
  const slots = new Slots(1);
  const thrower = (): never => {
    throw new Error('at once');
  };
  await expect(slots.run(thrower)).rejects.toThrow('at once');
  expect(await slots.run(() => Promise.resolve('next'))).toBe('next');
});

test('an abort leaves the queue; the others keep their order', async () => {
  const slots = new Slots(1);
  const work = new Work();
  const abort = new AbortController();
  const running = slots.run(work.of('a'), abort.signal);
  const leaving = slots.run(work.of('b'), abort.signal);
  const staying = ['c', 'd'].map((name) => slots.run(work.of(name)));
  abort.abort(new Error('no longer wanted'));
  await expect(leaving).rejects.toMatchObject({ tag: 'Aborted', message: 'no longer wanted' });
  expect(work.begun).toEqual(['a']);
  for (const name of ['a', 'c', 'd']) {
    work.end(name);
    await settle();
  }
  expect(work.begun).toEqual(['a', 'c', 'd']);
  expect(await Promise.all([running, ...staying])).toEqual(['a', 'c', 'd']);
});

test('who comes aborted does not queue', async () => {
  const slots = new Slots(1);
  const work = new Work();
  const running = slots.run(work.of('a'));
  await expect(slots.run(work.of('b'), AbortSignal.abort())).rejects.toMatchObject({ tag: 'Aborted' });
  work.end('a');
  await running;
  const after = slots.run(work.of('c'));
  work.end('c');
  expect(await after).toBe('c');
  expect(work.begun).toEqual(['a', 'c']);
});

test('an abort after the work began does not free its place twice', async () => {
  const slots = new Slots(1);
  const work = new Work();
  const abort = new AbortController();
  const first = slots.run(work.of('a'));
  const second = slots.run(work.of('b'), abort.signal);
  work.end('a');
  await first;
  await settle();
  abort.abort();
  const third = slots.run(work.of('c'));
  await settle();
  expect(work.begun).toEqual(['a', 'b']);
  work.end('b');
  await second;
  await settle();
  work.end('c');
  expect(await third).toBe('c');
});
