import { type Identity, networkAliases, type Pod, podIdentity, type PodSpec } from '../../../src/kube/index.js';

const podOf = (spec: Partial<PodSpec>): Pod => ({ metadata: { name: 'web-0', namespace: 'ns', uid: 'u' }, spec: { containers: [], ...spec } });

test.each<[spec: Partial<PodSpec>, inside: Identity, aliases: string[]]>([
  [{}, { hostname: 'web-0' }, ['web-0']],
  [{ hostname: 'db' }, { hostname: 'db' }, ['web-0', 'db']],
  [{ subdomain: 'set' }, { hostname: 'web-0', domain: 'set.ns.svc.c.l' }, ['web-0', 'web-0.set', 'web-0.set.ns.svc.c.l']],
  [{ hostname: 'db', subdomain: 'set' }, { hostname: 'db', domain: 'set.ns.svc.c.l' }, ['web-0', 'db', 'db.set', 'db.set.ns.svc.c.l']],
  [{ subdomain: 'set', setHostnameAsFQDN: true }, { hostname: 'web-0.set.ns.svc.c.l' }, ['web-0', 'web-0.set', 'web-0.set.ns.svc.c.l']],
  [{ setHostnameAsFQDN: true }, { hostname: 'web-0' }, ['web-0']],
  [{ hostnameOverride: 'x.y', hostname: 'db', subdomain: 'set' }, { hostname: 'x.y' }, ['web-0', 'db', 'db.set', 'db.set.ns.svc.c.l']],
])('P60: %j is called %j', (spec, inside, aliases) => {
  expect([podIdentity(podOf(spec), 'c.l'), networkAliases(podOf(spec), 'c.l')]).toEqual([inside, aliases]);
});
