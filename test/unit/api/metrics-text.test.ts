import { toMetricsText } from '../../../src/api/metrics-text.js';
import type { Metric } from '../../../src/provider/index.js';

test('buckets count those below them too', () => {
  const metric: Metric = { name: 'a_seconds', help: 'A.', type: 'histogram', bounds: [0.5, 1], samples: [{ labels: { call: 'x' }, counts: [2, 1, 4], sum: 9.5 }] };
  expect(toMetricsText([metric])).toBe([
    '# HELP a_seconds A.', '# TYPE a_seconds histogram',
    'a_seconds_bucket{call="x",le="0.5"} 2', 'a_seconds_bucket{call="x",le="1"} 3', 'a_seconds_bucket{call="x",le="+Inf"} 7',
    'a_seconds_sum{call="x"} 9.5', 'a_seconds_count{call="x"} 7', '',
  ].join('\n'));
});

test('no text ends its line or its quotes', () => {
  const metric: Metric = { name: 'a', help: 'A\\b\nc', type: 'gauge', samples: [{ labels: { one: 'x"} 1\ny\\' }, value: -Infinity }] };
  expect(toMetricsText([metric])).toBe('# HELP a A\\\\b\\nc\n# TYPE a gauge\na{one="x\\"} 1\\ny\\\\"} -Inf\n');
});

test.each<[what: string, metric: Metric]>([
  ['a metric', { name: 'a b', help: 'A.', type: 'gauge', samples: [] }],
  ['a label', { name: 'a', help: 'A.', type: 'gauge', samples: [{ labels: { 'a="1",b': 'c' }, value: 1 }] }],
])('%s that Prometheus would not take is refused', (_what, metric) => {
  expect(() => toMetricsText([metric])).toThrow('is no name');
});
