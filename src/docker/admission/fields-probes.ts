import { type FieldTable, honoured, refused, refusedByAll } from './field-rules.js';

const COUNTS = ['failureThreshold', 'initialDelaySeconds', 'periodSeconds', 'successThreshold', 'terminationGracePeriodSeconds', 'timeoutSeconds'];
const EXEC = ['exec', 'exec.command'];
const HTTP = ['httpGet', 'httpGet.host', 'httpGet.httpHeaders', 'httpGet.httpHeaders[].name', 'httpGet.httpHeaders[].value', 'httpGet.path', 'httpGet.port', 'httpGet.scheme'];
const TCP = ['tcpSocket', 'tcpSocket.host', 'tcpSocket.port'];
const GRPC = ['grpc', 'grpc.port', 'grpc.service'];
const OTHER_HTTP = refused('probes and hooks speak HTTP/1.1 only');

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
    [`${probe}.httpGet.protocol`]: OTHER_HTTP,
    [`${probe}.grpc.mode`]: refused('probes speak plain gRPC only'),
  };
}

function hookFields(hook: string): FieldTable {
  return {
    ...allHonoured(hook, [...EXEC, ...HTTP, 'sleep', 'sleep.seconds'], 'P68'),
    [`${hook}.httpGet.protocol`]: OTHER_HTTP,
    [`${hook}.tcpSocket`]: refusedByAll('no kubelet does that in a hook'),
  };
}

function allHonoured(parent: string, fields: readonly string[], shownBy: string): FieldTable {
  return Object.fromEntries([parent, ...fields.map((field) => `${parent}.${field}`)].map((field) => [field, honoured(shownBy)]));
}
