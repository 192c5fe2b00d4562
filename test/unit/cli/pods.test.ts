import { startServer, createApp } from '../../../src/api/index.js';
import { askForPods, type PodLine, podsTable } from '../../../src/cli/index.js';
import { silentLogger } from '../../../src/log.js';
import { Provider } from '../../../src/provider/index.js';

jest.setTimeout(60_000);

const NOW = new Date('2026-01-03T00:00:00Z');
const line = (more: Partial<PodLine>): PodLine => ({ namespace: 'ns', name: 'web', uid: 'u-1', phase: 'Running', ready: 1, containers: 2, restarts: 3, createdAt: '2026-01-02T23:59:00Z', notes: [], ...more });

test('a pod a line, by name, in columns', () => {
  const pods = [
    line({ namespace: 'other', createdAt: '2026-01-02T20:00:00Z' }),
    line({ name: 'api-with-a-long-name', phase: 'Succeeded', ready: 0, createdAt: '2025-12-01T00:00:00Z', notes: ['one thing', 'another'] }),
    { namespace: '', name: '', uid: 'u-2', phase: 'Unknown', ready: 0, containers: 0, restarts: 0, notes: ['being deleted'] },
  ];
  expect(podsTable(pods, NOW)).toBe([
    'POD                       PHASE       READY   RESTARTS   AGE   NOTES',
    'ns/api-with-a-long-name   Succeeded   0/2     3          33d   one thing; another',
    'other/web                 Running     1/2     3          4h',
    'u-2                       Unknown     0/0     0          -     being deleted',
    '',
  ].join('\n'));
  expect(podsTable([], NOW)).toBe('no pods\n');
});

test('what a pod was called by its author does not reach the terminal as it is', () => {
  const table = podsTable([line({ name: 'web\u001b[2J', notes: ['one\nns/fake   Running', '\u009b31mred', 'a\u202eb'] })], NOW);
  expect(table.split('\n')).toHaveLength(3);
  expect(table).toContain('ns/web\\x1b[2J ');
  expect(table).toContain('one\\nns/fake   Running; \\x9b31mred; a\\u{202e}b');
});

class Told extends Provider {
  override podRows() {
    return [line({ phase: 'Running' })] as ReturnType<NonNullable<Provider['podRows']>>;
  }
}
class Empty extends Provider {}

test.each<[what: string, provider: Provider, isLocal: boolean, answer: unknown]>([
  ['where only this host can ask', new Told(), true, [line({})]],
  ['elsewhere', new Told(), false, { status: 403 }],
  ['of a provider that tells nothing', new Empty(), true, { status: 501 }],
])('the running plugin is asked: %s', async (_what, provider, isLocal, answer) => {
  const server = await startServer({ app: createApp(provider, { log: silentLogger, isLocal }), host: '127.0.0.1', port: 0 });
  try {
    const got = await askForPods(server.address).catch((error: unknown) => error);
    if (Array.isArray(answer)) expect(got).toEqual(answer);
    else expect(got).toMatchObject(answer as object);
  } finally {
    await server.close(100);
  }
});
