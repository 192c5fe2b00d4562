import { dnsBaseOf, MOST_NAMESERVERS, MOST_SEARCHES, type Pod, toIpAddress } from '../../kube/index.js';
import type { NodePolicy } from '../node/index.js';
import { type Finding, invalid, quoted } from './findings.js';

const LONGEST_SEARCHES = 2048;
/** As Kubernetes takes them: underscores among them, and the root. */
const SEARCH = /^(\.|(?=.{1,254}$)[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?(\.[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?)*\.?)$/;
/** They stand in one line of a file, between blanks. */
const WORD = /^[!-~]+$/;

/** What a pod's resolver is told: within what the API server takes. @see Kubernetes, validatePodDNSConfig */
export function* checkDns(pod: Pod, policy: NodePolicy): Iterable<Finding> {
  const config = pod.spec.dnsConfig;
  const [nameservers, searches, options] = [config?.nameservers ?? [], config?.searches ?? [], config?.options ?? []];
  const field = 'pod.spec.dnsConfig';
  const base = dnsBaseOf(pod, policy.network.dns);
  if (base === 'nobody' && nameservers.length === 0) yield invalid('pod.spec.dnsPolicy', 'None needs a server in dnsConfig.nameservers');
  if (nameservers.length > MOST_NAMESERVERS) yield invalid(`${field}.nameservers`, `${nameservers.length} servers are more than ${MOST_NAMESERVERS}`);
  for (const [index, server] of nameservers.entries()) {
    if (toIpAddress(server) === undefined) yield invalid(`${field}.nameservers[${index}]`, `${quoted(server)} is not an IP address`);
  }
  if (searches.length > MOST_SEARCHES) yield invalid(`${field}.searches`, `${searches.length} domains are more than ${MOST_SEARCHES}`);
  if (searches.join(' ').length > LONGEST_SEARCHES) yield invalid(`${field}.searches`, `together they are longer than ${LONGEST_SEARCHES} characters`);
  for (const [index, search] of searches.entries()) {
    if (!SEARCH.test(search)) yield invalid(`${field}.searches[${index}]`, `${quoted(search)} is not a DNS domain`);
  }
  for (const [index, { name, value }] of options.entries()) {
    if (!name || !WORD.test(name)) yield invalid(`${field}.options[${index}].name`, `${quoted(name)} is not the name of an option`);
    if (value && !WORD.test(value)) yield invalid(`${field}.options[${index}].value`, `${quoted(value)} is not one word`);
  }
  if (base === 'cluster') {
    const { servers } = policy.network.dns;
    const [all, most] = [new Set([...servers, ...nameservers]).size, MOST_NAMESERVERS];
    if (nameservers.length > 0 && all > most) yield { kind: 'warning', message: `${field}.nameservers: with those of the cluster they are ${all}; a resolver asks the first ${most}` };
  }
  // What the host's resolver knows, an engine does not tell.
  for (const [list, own] of Object.entries({ nameservers, searches })) {
    if (base === 'node' && own.length > 0) yield { kind: 'warning', message: `${field}.${list}: they take the place of those of the engine's host, and do not join them` };
  }
}
