import request from 'supertest';
import { createApp } from '../../../src/api/index.js';
import { silentLogger } from '../../../src/log.js';
import { type Metric, Provider } from '../../../src/provider/index.js';

// Making an app takes long.
jest.setTimeout(60_000);

class CountingProvider extends Provider {
  told: readonly Metric[] = [];

  override metrics(): readonly Metric[] {
    return this.told;
  }
}

const provider = new CountingProvider();
const app = createApp(provider, { log: silentLogger });

test('what a provider tells is given in the text format, each time as it is then', async () => {
  provider.told = [
    { name: 'my_pods', help: 'Pods.', type: 'gauge', samples: [{ labels: { phase: 'Running' }, value: 2 }, { labels: { phase: 'Failed' }, value: 0 }] },
    { name: 'my_starts_total', help: 'Starts.', type: 'counter', samples: [{ value: 7 }] },
  ];
  const answer = await request(app).get('/metrics');
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  expect(answer.text).toBe([
    '# HELP my_pods Pods.', '# TYPE my_pods gauge', 'my_pods{phase="Running"} 2', 'my_pods{phase="Failed"} 0', '',
    '# HELP my_starts_total Starts.', '# TYPE my_starts_total counter', 'my_starts_total 7', '',
  ].join('\n'));
  provider.told = [{ name: 'my_starts_total', help: 'Starts.', type: 'counter', samples: [{ value: 8 }] }];
  expect((await request(app).get('/metrics')).text).toBe('# HELP my_starts_total Starts.\n# TYPE my_starts_total counter\nmy_starts_total 8\n');
});

test('figures of the process are of the app that gives them', async () => {
  class Empty extends Provider {}
  const ofProcess = createApp(new Empty(), { log: silentLogger, processMetrics: true });
  expect((await request(ofProcess).get('/metrics')).text).toMatch(/^process_resident_memory_bytes \d+$/m);
  provider.told = [];
  const plain = await request(app).get('/metrics');
  expect([plain.status, plain.text]).toEqual([200, '']);
});

test('a web page gets no figures', async () => {
  expect((await request(app).get('/metrics').set('Origin', 'http://elsewhere')).status).toBe(403);
});
