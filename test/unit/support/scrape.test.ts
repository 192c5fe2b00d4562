import { lintMetrics, parseScrape } from '../../support/scrape.js';

const text = (name: string, type: string, series: readonly string[] = [`${name} 1`]): string => [`# HELP ${name} Some.`, `# TYPE ${name} ${type}`, ...series, ''].join('\n');

test('metrics are read with their labels', () => {
  expect(parseScrape(text('a_total', 'counter', ['a_total{x="1\\"}",y=""} 2', 'a_total{x="+"} +Inf']))).toEqual([
    { name: 'a_total', type: 'counter', help: 'Some.', series: [{ name: 'a_total', labels: { x: '1\\"}', y: '' }, value: 2 }, { name: 'a_total', labels: { x: '+' }, value: Infinity }] },
  ]);
  expect(() => parseScrape(text('a', 'gauge', ['a{x=1} 2']))).toThrow('not of Prometheus');
});

test.each<[what: string, text: string, problems: readonly string[]]>([
  ['nothing', text('a_seconds', 'gauge'), []],
  ['a counter without _total', text('a', 'counter'), ['a: ends in _total where it is a counter, and only there']],
  ['a gauge with _total', text('a_total', 'gauge'), ['a_total: ends in _total where it is a counter, and only there']],
  ['milliseconds', text('a_ms', 'gauge'), ['a_ms: is in a base unit']],
  ['capitals', text('aB', 'gauge'), ['aB: small letters, digits and _ make a name']],
  ['a series twice', text('a', 'gauge', ['a{x="1"} 1', 'a{x="1"} 2']), ['a: tells each series once']],
  ['a count of nothing', text('a_count', 'gauge'), ['a_count: does not end like something else']],
])('what is wrong with a name is told: %s', (_what, scraped, problems) => {
  expect(lintMetrics(parseScrape(scraped))).toEqual(problems);
});
