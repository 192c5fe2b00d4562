import { type Config, ConfigError, loadConfig } from '../../config/index.js';
import { isNetworkOf } from '../../docker/index.js';
import { messageOf } from '../../errors.js';
import { readRecordKeys } from '../record-keys.js';
import { toPluginUrl } from '../plugin-url.js';
import { checkDisk, checkEngine } from './engine-rules.js';
import type { EngineFacts } from './facts.js';
import { fail, type Finding, ok } from './finding.js';
import { diskOf, lookAtEngine } from './look-engine.js';
import { hostRanges, lookAtAddress, lookAtDirectory } from './look-host.js';
import { lookAtListening } from './look-listen.js';
import { checkNetwork } from './network-rules.js';
import { checkAddress, checkDataDir, checkRecordKeys, checkWishes } from './site-rules.js';

/** Looks at everything that the plugin stands on, and changes nothing. Never rejects for what it finds. */
export async function diagnose(file: string | undefined, env: Readonly<Record<string, string | undefined>>): Promise<readonly Finding[]> {
  const node = ok('Node', process.versions.node);
  let config: Config;
  try {
    config = loadConfig({ file, env });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [node, fail('configuration', error.message, 'mend these keys; nothing else was looked at')];
  }
  const from = file ?? env['DOCKERCONFIGPATH'];
  const engine = await lookAtEngine(config.docker);
  return [node, ok('configuration', from === undefined ? 'no file: environment and defaults' : `${from} is well`), ...(await engineFindings(config, engine)), ...(await siteFindings(config, engine))];
}

async function engineFindings(config: Config, engine: EngineFacts): Promise<readonly Finding[]> {
  const isHere = config.docker.kind === 'socket';
  const where = config.docker.kind === 'socket' ? config.docker.path : `${config.docker.host}:${config.docker.port}`;
  const findings = checkEngine(engine, where);
  if (engine.kind === 'away') return findings;
  const { diagnosis, networks } = engine;
  const node = config.NodeName ?? diagnosis.name;
  const { PodCIDR: podCidr, SubnetBits: subnetBits } = config.Network;
  return [
    ...findings,
    checkDisk(diagnosis.dataRoot, isHere ? await diskOf(diagnosis.dataRoot) : undefined),
    ...checkNetwork({ podCidr, subnetBits, host: isHere ? await hostRanges() : [], networks, isOurs: (network) => isNetworkOf(node, network) }),
    ...checkWishes(config, diagnosis),
  ];
}

async function siteFindings(config: Config, engine: EngineFacts): Promise<readonly Finding[]> {
  const { listen, RecordKeyFile: keyFile } = config;
  const node = config.NodeName ?? (engine.kind === 'reached' ? engine.diagnosis.name : undefined);
  const isTls = listen.kind === 'tcp' && listen.tls !== undefined;
  const url = isTls ? undefined : toPluginUrl(listen);
  const shown = url ?? (listen.kind === 'tcp' ? `https://${listen.host}:${listen.port}` : '');
  const keyProblem = keyFile === undefined ? undefined : await readRecordKeys(keyFile).then(() => undefined, messageOf);
  return [
    checkDataDir(await lookAtDirectory(config.DataDir)),
    ...(keyFile === undefined ? [] : [checkRecordKeys(keyFile, keyProblem)]),
    ...(await lookAtListening(listen)),
    checkAddress(shown, await lookAtAddress(listen, url), node),
  ];
}
