import { type Span, type SpanContext, type SpanOptions, Tracer } from '../../src/telemetry.js';

const CALLER: SpanContext = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), sampled: true };
const UNRECORDED: SpanContext = { ...CALLER, sampled: false };

test.each<[name: string, options: SpanOptions, begun: readonly string[]]>([
  ['by nothing', {}, ['work']],
  ['by a trace that is recorded', { link: CALLER }, ['work']],
  ['by a trace that nobody records', { link: UNRECORDED }, []],
  // The source knows that it is not recorded, and continues it.
  ['as a part of a trace that nobody records', { parent: UNRECORDED }, ['work']],
])('a span brought about %s', async (_name, options, expected) => {
  const begun: string[] = [];
  const begin = (name: string): Span => {
    begun.push(name);
    return { context: CALLER, isOpen: true, set: () => undefined, end: () => undefined };
  };
  const tracer = new Tracer({ begin, stop: () => Promise.resolve() });
  await expect(tracer.trace('work', options, () => Promise.resolve('done'))).resolves.toBe('done');
  expect(begun).toEqual(expected);
});
