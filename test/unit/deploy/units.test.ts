import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { isGuarded, loadConfig } from '../../../src/config/index.js';
import { strayOf } from '../../support/setting-table.js';
import { execStart, readUnit, UNIT_DIR, unitWords } from '../../support/unit-file.js';
import apiServer from '../../fixtures/interlink/api-server-settings.json' with { type: 'json' };

const UNITS = readdirSync(UNIT_DIR).filter((name) => name.endsWith('.service'));
const plugin = readUnit('interlink-docker.service');
const api = parse(readFileSync(`${UNIT_DIR}/InterLinkConfig.yaml`, 'utf8')) as Record<string, string>;
const load = (file: string) => loadConfig({ file: `${UNIT_DIR}/${file}`, env: { HOME: '/nonexistent' } });

test('the plugin is started before the engine, so that it is stopped after it, and says why', () => {
  expect(unitWords(plugin, 'Before')).toEqual(['docker.service']);
  expect(unitWords(plugin, 'Wants')).toContain('docker.service');
  // An order the other way round, or a bond by which systemd stops the plugin with the engine, would undo it.
  expect(['After', 'Requires', 'BindsTo', 'PartOf', 'Requisite'].flatMap((key) => unitWords(plugin, key))).not.toContain('docker.service');
  expect(plugin.find(({ key }) => key === 'Before')?.comment).toMatch(/stopped AFTER it[^]*TERM[^]*reads as success[^]*`kill` events/);
});

test('what calls the plugin is started after it', () => {
  for (const unit of ['interlink-api.service', 'interlink-tunnel.service']) expect(unitWords(readUnit(unit), 'After')).toContain('interlink-docker.service');
});

test('nothing of the unit waits for the engine, which waits for the unit', () => {
  expect(unitWords(plugin, 'Type')).toEqual(['exec']);
  expect(plugin.filter(({ key }) => /^ExecStart(Pre|Post)$/.test(key))).toEqual([]);
  // Without a name the plugin asks the engine for one before it listens.
  for (const file of ['interlink-docker.yaml', 'interlink-docker-tls.yaml']) expect(load(file).NodeName).toBe('lab-a');
});

test.each(UNITS)('%s comes back whatever happens, without privileges', (name) => {
  const unit = readUnit(name);
  expect(unitWords(unit, 'StartLimitIntervalSec')).toEqual(['0']);
  expect(unit.find(({ key }) => key === 'StartLimitIntervalSec')?.section).toBe('Unit');
  expect(unitWords(unit, 'Restart')).toEqual(['always']);
  expect(unitWords(unit, 'NoNewPrivileges')).toEqual(['yes']);
  expect(unitWords(unit, 'CapabilityBoundingSet')).toEqual([]);
  expect(unitWords(unit, 'ProtectSystem')).toEqual(['strict']);
  expect(unitWords(unit, 'User')).toEqual([expect.stringMatching(/^interlink-/)]);
});

test('the users of the units are made, all in the group of the plugin\'s socket', () => {
  const lines = readFileSync(`${UNIT_DIR}/interlink.conf`, 'utf8').split('\n');
  const made = lines.flatMap((line) => /^u (\S+) -:interlink /.exec(line)?.[1] ?? []);
  expect(made.sort()).toEqual(UNITS.flatMap((name) => unitWords(readUnit(name), 'User')).sort());
  expect(UNITS.map((name) => unitWords(readUnit(name), 'Group'))).toEqual(UNITS.map(() => ['interlink']));
});

test('the plugin, its unit and the API server mean the same places', () => {
  const config = load('interlink-docker.yaml');
  expect(config.listen).toMatchObject({ kind: 'socket', path: '/run/interlink/plugin.sock', mode: 0o660 });
  expect(`/run/${unitWords(plugin, 'RuntimeDirectory')[0]}/plugin.sock`).toBe('/run/interlink/plugin.sock');
  expect(`/var/lib/${unitWords(plugin, 'StateDirectory')[0]}`).toBe(config.DataDir);
  expect(api['SidecarURL']).toBe('unix:///run/interlink/plugin.sock');
  expect(execStart(readUnit('interlink-tunnel.service'))).toContain('127.0.0.1:4000:/run/interlink/plugin.sock');
});

test('a plugin called from another host lets nobody in without a certificate', () => {
  const config = load('interlink-docker-tls.yaml');
  expect([isGuarded(config), config.listen]).toEqual([true, expect.objectContaining({ kind: 'tcp', host: '0.0.0.0', port: 4000, tls: expect.objectContaining({ clientCaFile: '/etc/interlink/tls/ca.pem' }) as unknown })]);
});

test.each(['systemd', 'compose'])('%s: the API server reads each of its settings, and lets nobody in without a certificate', (dir) => {
  const settings = parse(readFileSync(`examples/deploy/${dir}/InterLinkConfig.yaml`, 'utf8')) as Record<string, unknown>;
  expect(strayOf(settings, apiServer.settings)).toEqual([]);
  expect(settings).toMatchObject({ InterlinkAddress: 'https://0.0.0.0', TLS: { Enabled: true, CACertFile: expect.stringMatching(/^\//) as string } });
  // It ends at once with any other.
  expect(settings['SidecarURL']).toMatch(/^(unix|http):\/\//);
});
