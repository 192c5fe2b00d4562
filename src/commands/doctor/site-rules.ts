import type { Config } from '../../config/index.js';
import type { AddressFacts, DirectoryFacts } from './facts.js';
import { fail, type Finding, ok, warn } from './finding.js';

/** What the configuration asks of the engine. Pure. */
export function checkWishes({ Resources, PodSecurity }: Pick<Config, 'Resources' | 'PodSecurity'>, { runtimes, cdi }: { readonly runtimes: readonly string[]; readonly cdi: boolean }): readonly Finding[] {
  const kinds = new Set(Resources.Extended.map(({ kind }) => kind));
  const missing = Object.entries(PodSecurity.RuntimeClasses).filter(([, runtime]) => !runtimes.includes(runtime));
  const seen = `the engine has ${runtimes.join(', ')}`;
  return [
    ...(kinds.has('nvidia') && !runtimes.includes('nvidia')
      ? [warn('GPUs', `Resources.Extended has GPUs of NVIDIA, and ${seen}`, "install NVIDIA's container toolkit and run nvidia-ctk runtime configure --runtime=docker")]
      : []),
    ...(kinds.has('cdi') && !cdi ? [fail('CDI', 'Resources.Extended has devices by CDI name, and the engine does not have CDI switched on', 'use an engine from 25.0 on with "features": {"cdi": true} in daemon.json')] : []),
    ...missing.map(([name, runtime]) => warn('runtimes', `PodSecurity.RuntimeClasses has ${name}=${runtime}, and ${seen}`, `pods of that class are refused: install ${runtime}, or take the entry out`)),
    ...(missing.length === 0 ? [ok('runtimes', seen)] : []),
  ];
}

/** Where deletions and evictions are noted. Pure. */
export function checkDataDir({ path, existing, isWritable }: DirectoryFacts): Finding {
  const seen = existing === path ? path : `${path} (to be made in ${existing})`;
  if (isWritable) return ok('DataDir', `${seen} can be written to by this user`);
  return warn('DataDir', `${seen} cannot be written to by this user`, 'deletions and evictions are then forgotten when the plugin stops: run this as the user of the plugin, and give it the directory');
}

/** Keys of records. Pure. @param problem why they cannot be read; absent: they can */
export function checkRecordKeys(file: string, problem: string | undefined): Finding {
  return problem === undefined ? ok('RecordKeyFile', `${file} holds keys, for its owner alone`) : fail('RecordKeyFile', problem, 'make one with openssl rand -base64 32 and chmod 600, or run this as the user of the plugin');
}

/** Whether the plugin can listen, or does. Pure. @param node of the configuration or the engine; absent: not known */
export function checkAddress(url: string, address: AddressFacts, node: string | undefined): Finding {
  switch (address.kind) {
    case 'free':
      return ok('address', `nobody listens at ${url} yet`);
    case 'plugin':
      if (node === undefined || address.node === node) return ok('address', `a plugin serves the node ${address.node} at ${url}`);
      return fail('address', `a plugin serves the node ${address.node} at ${url}, and this one is ${node}`, 'give each node an address of its own: SidecarPort or Socket');
    case 'unasked':
      return ok('address', `something listens at ${url}; whether it is the plugin cannot be asked: ${address.why}`);
    case 'other':
      return fail('address', `something that is no plugin of this version answers at ${url}: ${address.answer}`, 'stop that, or listen elsewhere: SidecarPort or Socket');
    default:
      return fail('address', `${url} cannot be listened on: ${address.code}`, ADDRESS_ADVICE[address.code] ?? 'listen elsewhere: SidecarURL, SidecarPort or Socket');
  }
}

const ADDRESS_ADVICE: Readonly<Record<string, string>> = {
  EACCES: 'this user may not listen there: run this as the user of the plugin, give it the directory of the socket, or take a port above 1023',
  EADDRINUSE: 'something listens there already: stop it, or listen elsewhere (SidecarPort)',
  EADDRNOTAVAIL: 'this host has no such address: look at SidecarURL',
  ENOTSOCK: 'what lies there is not a socket: move it away, or name another path (Socket)',
};
