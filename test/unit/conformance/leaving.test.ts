import { text } from 'node:stream/consumers';
import { leftBehindText, reportText } from '../../../src/conformance/index.js';
import { type Front, MemoryPlugin } from '../../support/memory-plugin.js';

jest.setTimeout(60_000);

let plugin: MemoryPlugin;
beforeAll(async () => {
  plugin = await MemoryPlugin.start();
});
afterAll(() => plugin.stop());

test('a followed log that says nothing is left, and holds nobody', async () => {
  const left = Promise.withResolvers<string>();
  const report = await plugin.try(undefined, ({ url }, response, app) => {
    if (url !== '/getLogs') return app();
    response.on('close', () => left.resolve('left'));
    response.writeHead(200).flushHeaders();
  }, { only: ['log-follow'] });
  expect(report.results[0]).toMatchObject({ outcome: 'failed', seen: 'nothing, until the time for it was over' });
  expect(await left.promise).toBe('left');
});

interface Sent {
  readonly metadata?: { readonly uid?: string; readonly name?: string };
  readonly spec?: { readonly containers?: readonly { readonly image?: string }[] };
}

/** A plugin that takes everything on, and remembers it. */
function lenient(created: (Sent | undefined)[], deleted: (Sent | undefined)[]): Front {
  return (request, response, app) => {
    if (request.url !== '/create' && request.url !== '/delete') return app();
    void text(request).then((body) => {
      let sent: (Sent & { readonly pod?: Sent }) | undefined;
      try {
        sent = JSON.parse(body) as typeof sent;
      } catch {
        // It takes this on as well.
      }
      if (request.url === '/create') created.push(sent?.pod);
      else deleted.push(sent);
      response.writeHead(200).end('{}');
    });
  };
}

test('what a lenient plugin has taken on of malformed bodies is deleted, and no delete means a pod of somebody else', async () => {
  const created: (Sent | undefined)[] = [];
  const deleted: (Sent | undefined)[] = [];
  const front = lenient(created, deleted);
  await plugin.try(undefined, front, { only: ['body-malformed'] });
  await plugin.try(undefined, front, { only: ['body-malformed'] });
  const uids = created.flatMap((pod) => pod?.metadata?.uid ?? []);
  expect(uids.length).toBeGreaterThan(4);
  expect([new Set(uids).size, deleted.map((pod) => pod?.metadata?.uid)]).toEqual([uids.length, expect.arrayContaining(uids)]);
  for (const pod of created) if (pod !== undefined && pod.metadata?.uid === undefined) expect(pod.spec?.containers?.map(({ image }) => image)).toEqual([undefined]);
  for (const pod of deleted) if (pod !== undefined) expect(pod.metadata?.name).toMatch(/^conformance-./);
});

test('pods whose deletes fail at the end are told, but none that was never taken on', async () => {
  const failing: Front = ({ url }, response, app) => (url === '/delete' ? void response.writeHead(500).end('no') : app());
  const report = await plugin.try(undefined, failing, { only: ['create-200', 'delete-unknown'] });
  // With the one that is tried before all rules.
  expect(report.leftBehind).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), expect.stringMatching(/^[0-9a-f-]{36}$/)]);
  expect(leftBehindText(report)).toBe(`left behind, as their deletes failed: ${report.leftBehind.join(', ')}`);
  expect(reportText(report).split('\n').at(-1)).toBe(leftBehindText(report));
  const fine = await plugin.try(undefined, undefined, { only: ['create-200'] });
  expect([fine.leftBehind, leftBehindText(fine)]).toEqual([[], undefined]);
});
