import { toMetrics } from '../../../src/docker/node-metrics.js';

const now = new Date('2026-01-01T01:00:00Z');
const at = (time: string): Date => new Date(`2026-01-01T${time}Z`);
const NONE = { container: 0, volume: 0, network: 0 };
const CALM = { version: '1.2.3', phases: [], workers: { running: 0, failing: 0, waitingSince: [] }, tokenEnds: [], eventReconnects: 0, deletions: [], abandoned: 0, orphans: { waiting: NONE, removed: NONE }, isOwner: true, isEngineConnected: true, isJournalDurable: true, now } as const;

const valuesOf = (figures: Parameters<typeof toMetrics>[0]): Record<string, number> =>
  Object.fromEntries(toMetrics(figures).flatMap(({ name, samples }) => samples.map(({ labels, value }) => [labels === undefined ? name : `${name}{${Object.values(labels).join()}}`, value])));

test('every series is there from the beginning', () => {
  expect(valuesOf(CALM)).toMatchObject({
    'interlink_docker_pods{Pending}': 0, 'interlink_docker_pods{Running}': 0, 'interlink_docker_pods{Succeeded}': 0, 'interlink_docker_pods{Failed}': 0,
    interlink_docker_deletions_pending: 0, interlink_docker_deletion_oldest_age_seconds: 0, interlink_docker_node_owner: 1, interlink_docker_engine_connected: 1, interlink_docker_journal_durable: 1,
  });
});

test('pods are counted by phase, and the oldest deletion has its age', () => {
  const deletions = [{ podUid: 'a', since: at('00:59:00') }, { podUid: 'b', since: at('00:10:00') }];
  expect(valuesOf({ ...CALM, phases: ['Running', 'Failed', 'Running'], deletions, isOwner: false, isJournalDurable: false })).toMatchObject({
    'interlink_docker_pods{Running}': 2, 'interlink_docker_pods{Failed}': 1,
    interlink_docker_deletions_pending: 2, interlink_docker_deletion_oldest_age_seconds: 3000, interlink_docker_node_owner: 0, interlink_docker_journal_durable: 0,
  });
});

test('what waits longest, and what ends first, is told', () => {
  const workers = { running: 2, failing: 1, waitingSince: [at('00:59:58'), at('00:59:50')] };
  expect(valuesOf({ ...CALM, workers, tokenEnds: [at('02:00:00'), at('01:10:00')], eventReconnects: 3 })).toMatchObject({
    interlink_docker_pod_syncs_running: 2, interlink_docker_pod_syncs_waiting: 2, interlink_docker_pod_sync_oldest_wait_seconds: 10, interlink_docker_pod_syncs_failing: 1,
    interlink_docker_next_token_end_seconds: 600, interlink_docker_event_stream_reconnects_total: 3,
  });
  expect(valuesOf({ ...CALM, tokenEnds: [at('00:59:00')] })).toMatchObject({ interlink_docker_next_token_end_seconds: -60 });
  expect(valuesOf(CALM)).not.toHaveProperty('interlink_docker_next_token_end_seconds');
});

test('names and types are as Prometheus wants them', () => {
  for (const { name, type, help } of toMetrics(CALM)) {
    expect(name).toMatch(/^interlink_docker_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(help).toMatch(/^[A-Z].*\.$/);
  }
});
