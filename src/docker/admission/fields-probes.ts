import { type FieldTable, honoured, honouredAs, refusedByAll } from './field-rules.js';

const COUNTS = ['failureThreshold', 'initialDelaySeconds', 'periodSeconds', 'successThreshold', 'terminationGracePeriodSeconds', 'timeoutSeconds'];
const EXEC = ['exec', 'exec.command'];
const HTTP = ['httpGet', 'httpGet.host', 'httpGet.httpHeaders', 'httpGet.httpHeaders[].name', 'httpGet.httpHeaders[].value', 'httpGet.path', 'httpGet.port', 'httpGet.scheme'];
const TCP = ['tcpSocket', 'tcpSocket.host', 'tcpSocket.port'];
const GRPC = ['grpc', 'grpc.port', 'grpc.service'];

/** Probes and hooks of a container. `host` is a matter of the operator's level. */
export const PROBE_FIELDS: FieldTable = {
  ...probeFields('livenessProbe', 'P65'),
  ...probeFields('readinessProbe', 'P66'),
  ...probeFields('startupProbe', 'P67'),
  ...hookFields('lifecycle.postStart'),
  ...hookFields('lifecycle.preStop'),
};

function probeFields(probe: string, shownBy: string): FieldTable {
  return {
    ...allHonoured(probe, [...COUNTS, ...EXEC, ...HTTP, ...TCP, ...GRPC], shownBy),
    [`${probe}.httpGet.protocol`]: honouredAs(shownBy, 'HTTP1', 'HTTP2'),
    [`${probe}.grpc.mode`]: honouredAs(shownBy, 'Plaintext', 'TLS'),
  };
}

function hookFields(hook: string): FieldTable {
  return {
    ...allHonoured(hook, [...EXEC, ...HTTP, 'sleep', 'sleep.seconds'], 'P68'),
    [`${hook}.httpGet.protocol`]: honouredAs('P68', 'HTTP1', 'HTTP2'),
    [`${hook}.tcpSocket`]: refusedByAll('no kubelet does that in a hook'),
  };
}

function allHonoured(parent: string, fields: readonly string[], shownBy: string): FieldTable {
  return Object.fromEntries([parent, ...fields.map((field) => `${parent}.${field}`)].map((field) => [field, honoured(shownBy)]));
}
