import { readGroupId } from '../../api/index.js';
import { isGuarded, type ListenAddress } from '../../config/index.js';
import { messageOf } from '../../errors.js';
import { readPem } from '../read-pem.js';
import { fail, type Finding, ok, warn } from './finding.js';

/** What the plugin needs to listen as it is configured, beside the address itself. Changes nothing. */
export async function lookAtListening(listen: ListenAddress): Promise<readonly Finding[]> {
  if (listen.kind === 'socket') return listen.group === undefined ? [] : [await lookAtGroup(listen.group)];
  if (listen.tls !== undefined) {
    const { certFile, keyFile, clientCaFile } = listen.tls;
    return Promise.all(Object.entries({ TLSCert: certFile, TLSKey: keyFile, TLSClientCA: clientCaFile }).map(([key, file]) => lookAtPem(key, file)));
  }
  if (isGuarded({ listen })) return [];
  return [warn('guard', `${listen.host} is reached by others than this host, and the wire has no authentication`, 'whoever reaches it can run containers here: listen on a unix socket or a loopback address, or give TLSCert, TLSKey and TLSClientCA')];
}

async function lookAtGroup(group: string): Promise<Finding> {
  const problem = await readGroupId(group).then(() => undefined, messageOf);
  return problem === undefined ? ok('SocketGroup', `the group ${group} is there`) : fail('SocketGroup', problem, 'make the group (groupadd), or name another one');
}

async function lookAtPem(key: string, file: string): Promise<Finding> {
  const problem = await readPem(key, file).then(() => undefined, messageOf);
  return problem === undefined ? ok(key, `${file} can be read`) : fail(key, problem, 'put the file there, or run this as the user of the plugin');
}
