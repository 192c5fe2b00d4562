import { type Pod, podDomain, podHostname, toIpAddress } from '../../kube/index.js';
import type { NodePolicy } from '../node/index.js';
import { AS_LABEL, LABEL, SUBDOMAIN } from './check-names.js';
import { type Finding, invalid, quoted } from './findings.js';

/** Of Linux. */
const LONGEST_HOSTNAME = 64;

const AS_SUBDOMAIN = 'is not a DNS name (lower-case letters, digits, "-" and ".", at most 253 characters)';

/** What a pod is called, inside and by others, and whom it knows by names of its own. */
export function* checkHostnames(pod: Pod, { network }: NodePolicy): Iterable<Finding> {
  const { hostname, subdomain, setHostnameAsFQDN, hostAliases } = pod.spec;
  for (const [field, name] of Object.entries({ hostname, subdomain })) {
    if (name && !LABEL.test(name)) yield invalid(`pod.spec.${field}`, `${quoted(name)} ${AS_LABEL}`);
  }
  const domain = podDomain(pod, network.dns.domain);
  if (setHostnameAsFQDN === true && domain !== undefined) {
    const fqdn = `${podHostname(pod)}.${domain}`;
    if (fqdn.length > LONGEST_HOSTNAME) yield invalid('pod.spec.setHostnameAsFQDN', `the full name ${quoted(fqdn)} has ${fqdn.length} characters; a host name can have ${LONGEST_HOSTNAME}`);
  }
  yield* checkOverride(pod);
  for (const [index, { ip, hostnames }] of (hostAliases ?? []).entries()) {
    const field = `pod.spec.hostAliases[${index}]`;
    if (toIpAddress(ip) === undefined) yield invalid(`${field}.ip`, `${quoted(ip)} is not an IP address`);
    for (const [at, name] of (hostnames ?? []).entries()) {
      if (!SUBDOMAIN.test(name)) yield invalid(`${field}.hostnames[${at}]`, `${quoted(name)} ${AS_SUBDOMAIN}`);
    }
  }
}

function* checkOverride({ spec }: Pod): Iterable<Finding> {
  const { hostnameOverride: name, setHostnameAsFQDN, hostNetwork } = spec;
  if (!name) return;
  const field = 'pod.spec.hostnameOverride';
  if (!SUBDOMAIN.test(name) || name.length > LONGEST_HOSTNAME) yield invalid(field, `${quoted(name)} is not a DNS name of at most ${LONGEST_HOSTNAME} characters`);
  if (setHostnameAsFQDN === true) yield invalid(field, 'it cannot be had together with setHostnameAsFQDN');
  if (hostNetwork === true) yield invalid(field, 'it cannot be had together with hostNetwork');
}
