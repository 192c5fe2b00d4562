import { type LogFields, type Logger, silentLogger, toJsonLine, toPlainLine, traced } from '../../src/log.js';
import { noTracer, parseTraceparent, type Span, type SpanSource, Tracer } from '../../src/telemetry.js';

const line = { timestamp: 'T', level: 'info', message: 'a pod', podUid: 'u-1', missing: undefined };

test.each<[what: string, text: string, shown: string]>([
  ['a colour', '\u001b[31mred', '\\u001b[31mred'],
  ['a colour in one character', '\u009b31mred', '\\u009b31mred'],
  ['a line of its own', 'a\nT ERROR forged', 'a\\u000aT ERROR forged'],
  ['a return to the begin', 'a\rb', 'a\\u000db'],
  ['another direction', 'a\u202ebc', 'a\\u202ebc'],
  ['a line separator', 'a\u2028b', 'a\\u2028b'],
  ['umlauts and emoji', 'Schön 🙂', 'Schön 🙂'],
])('for people, %s in a message is shown, not obeyed', (_what, text, shown) => {
  expect(toPlainLine({ ...line, message: text })).toBe(`T INFO ${shown} podUid=u-1`);
});

test('fields are told apart, whatever is in them', () => {
  expect(toPlainLine({ ...line, reason: 'a podUid=u-2 b', quoted: '"', empty: '', count: 3 })).toBe('T INFO a pod podUid=u-1 reason="a podUid=u-2 b" quoted="\\"" empty="" count=3');
});

test('a JSON line is one line that says what was said, without controls', () => {
  const fields = { ...line, message: 'a\n\u009b31m\u202eb' };
  const text = toJsonLine(fields);
  expect(text).toMatch(/^[ -~]+$/);
  expect(JSON.parse(text)).toEqual({ timestamp: 'T', level: 'info', message: 'a\n\u009b31m\u202eb', podUid: 'u-1' });
});

class Lines {
  readonly all: (LogFields | undefined)[] = [];
  readonly logger: Logger = { ...silentLogger, info: (_message, fields) => void this.all.push(fields), child: (fields) => ({ ...this.logger, info: (_message, more) => void this.all.push({ ...fields, ...more }) }) };
}

function source(): SpanSource {
  return {
    begin: (): Span => {
      let isOpen = true;
      return { context: { traceId: 't', spanId: 's', sampled: true }, get isOpen() { return isOpen; }, set: () => undefined, end: () => void (isOpen = false) };
    },
    stop: () => Promise.resolve(),
  };
}

test('lines of work in a span carry its trace, until it ends, children of the logger\'s too', () => {
  const [lines, tracer] = [new Lines(), new Tracer(source())];
  const logger = traced(lines.logger, tracer).child({ podUid: 'u' });
  const span = tracer.begin('work');
  logger.info('before');
  tracer.within(span, () => {
    logger.info('in it', { a: 1 });
    span?.end();
    logger.info('after');
  });
  expect(lines.all).toEqual([{ podUid: 'u' }, { podUid: 'u', a: 1, traceId: 't', spanId: 's' }, { podUid: 'u' }]);
});

test('without a source there are no spans, and work is done all the same', async () => {
  expect(noTracer.begin('work')).toBeUndefined();
  expect(await noTracer.trace('work', {}, () => Promise.resolve(noTracer.current ?? 'none'))).toBe('none');
});

test.each<[header: unknown, expected: unknown]>([
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: true }],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00', { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: false }],
  ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', undefined],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01', undefined],
  ['00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01', undefined],
  ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more', undefined],
  ['nonsense', undefined],
  [undefined, undefined],
])('the caller\'s span is read from %p', (header, expected) => {
  expect(parseTraceparent(header)).toEqual(expected);
});
