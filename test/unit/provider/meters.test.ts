import { Counter, Histogram } from '../../../src/provider/index.js';

test('a counter counts by its labels, and has what it knows of from the beginning', () => {
  const plain = new Counter({ name: 'a_total', help: 'A.' });
  expect(plain.metric).toEqual({ name: 'a_total', help: 'A.', type: 'counter', samples: [{ value: 0 }] });
  plain.add();
  expect(plain.metric.samples).toEqual([{ value: 1 }]);
  const labelled = new Counter({ name: 'b_total', help: 'B.', labels: ['call', 'error'] }, [['ping', 'Failed']]);
  labelled.add('info', 'Aborted');
  labelled.add('info', 'Aborted');
  expect(labelled.metric.samples).toEqual([
    { labels: { call: 'ping', error: 'Failed' }, value: 0 },
    { labels: { call: 'info', error: 'Aborted' }, value: 2 },
  ]);
});

test.each<[value: number, counts: readonly number[]]>([
  [0, [1, 0, 0]],
  [1, [1, 0, 0]],
  [1.001, [0, 1, 0]],
  [10, [0, 1, 0]],
  [11, [0, 0, 1]],
])('a histogram puts %d below the first bound that it does not exceed', (value, counts) => {
  const histogram = new Histogram({ name: 'a_seconds', help: 'A.' }, [1, 10]);
  histogram.observe(value);
  expect(histogram.metric.samples).toEqual([{ counts: Float64Array.from(counts), sum: value }]);
});

test('a histogram without labels is there from the beginning', () => {
  expect(new Histogram({ name: 'a_seconds', help: 'A.' }, [1]).metric.samples).toEqual([{ counts: Float64Array.of(0, 0), sum: 0 }]);
  expect(new Histogram({ name: 'a_seconds', help: 'A.', labels: ['call'] }, [1]).metric.samples).toEqual([]);
});

test('what was told does not change with what comes later', () => {
  const histogram = new Histogram({ name: 'a_seconds', help: 'A.', labels: ['call'] }, [1]);
  histogram.observe(0.5, 'ping');
  const { samples } = histogram.metric;
  histogram.observe(2, 'ping');
  expect(samples).toEqual([{ labels: { call: 'ping' }, counts: Float64Array.of(1, 0), sum: 0.5 }]);
});
