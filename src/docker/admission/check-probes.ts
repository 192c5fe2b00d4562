import { type Container, type Handler, isNativeSidecar, type Pod, type Probe, PROBE_KINDS, probeOf, type ProbeKind, toPortNumber, whyUnfit } from '../../kube/index.js';
import { type Finding, invalid, quoted } from './findings.js';

const PROBE_HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;
const HOOK_HANDLERS = ['exec', 'httpGet', 'sleep'] as const;
const HOOKS = ['postStart', 'preStop'] as const;
const COUNTS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const;
const LARGEST_COUNT = 2 ** 31 - 1;
const SCHEMES = ['HTTP', 'HTTPS'];
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
/** What a header may hold: Latin-1 without control characters but the tab. */
const HEADER_VALUE = /^[\t -~\u0080-\u00ff]*$/;
const DEFAULT_GRACE_SECONDS = 30;

/** Probes and hooks of one container, as an API server takes them. */
export function* checkProbes(container: Container, path: string, pod: Pod): Iterable<Finding> {
  const isInit = pod.spec.initContainers?.includes(container) === true && !isNativeSidecar(container);
  for (const kind of PROBE_KINDS) {
    const probe = probeOf(container, kind);
    const field = `${path}.${kind}Probe`;
    if (probe && isInit) yield invalid(field, ONLY_FOR_SIDECARS);
    else if (probe) yield* checkProbe(probe, kind, field, container);
  }
  for (const hook of HOOKS) {
    const handler = container.lifecycle?.[hook];
    const field = `${path}.lifecycle.${hook}`;
    if (handler && isInit) yield invalid(field, ONLY_FOR_SIDECARS);
    else if (handler) yield* checkHook(handler, field, container, pod);
  }
}

const ONLY_FOR_SIDECARS = 'an init container has none, unless its restartPolicy is Always';

function* checkProbe(probe: Probe, kind: ProbeKind, path: string, container: Container): Iterable<Finding> {
  yield* checkHandler(probe, PROBE_HANDLERS, path, container);
  for (const field of COUNTS) {
    const count = probe[field] ?? 0;
    if (!Number.isInteger(count) || count < 0 || count > LARGEST_COUNT) yield invalid(`${path}.${field}`, `${quoted(count)} is not a number from 0 on`);
  }
  if (kind !== 'readiness' && (probe.successThreshold || 1) !== 1) yield invalid(`${path}.successThreshold`, `it can only be 1 for a ${kind} probe`);
  const { terminationGracePeriodSeconds: grace } = probe;
  if (grace === undefined) return;
  if (kind === 'readiness') yield invalid(`${path}.terminationGracePeriodSeconds`, 'a readiness probe ends nothing');
  else if (!Number.isInteger(grace) || grace < 1) yield invalid(`${path}.terminationGracePeriodSeconds`, `${quoted(grace)} is not a number of seconds from 1 on`);
}

function* checkHook(handler: Handler, path: string, container: Container, { spec }: Pod): Iterable<Finding> {
  yield* checkHandler(handler, HOOK_HANDLERS, path, container);
  const seconds = handler.sleep?.seconds;
  const most = spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
  if (handler.sleep && !(Number.isInteger(seconds) && Number(seconds) >= 0 && Number(seconds) <= most)) {
    yield invalid(`${path}.sleep.seconds`, `${quoted(seconds)} is not a number from 0 to the grace period of the pod, ${most}`);
  }
}

function* checkHandler(handler: Handler, kinds: readonly (keyof Handler)[], path: string, container: Container): Iterable<Finding> {
  const given = kinds.filter((kind) => handler[kind]);
  if (given.length !== 1) yield invalid(path, `it takes exactly one of ${kinds.join(', ')}`);
  const { exec, httpGet, tcpSocket, grpc } = handler;
  if (exec) yield* checkCommand(exec.command ?? [], `${path}.exec.command`);
  if (httpGet) yield* checkHttp(httpGet, `${path}.httpGet`, container);
  if (tcpSocket) yield* checkPort(tcpSocket.port, `${path}.tcpSocket.port`, container);
  if (grpc && !isPort(grpc.port)) yield invalid(`${path}.grpc.port`, `${quoted(grpc.port)} is not a port`);
}

function* checkCommand(command: readonly string[], path: string): Iterable<Finding> {
  if (command.length === 0) yield invalid(path, 'it is empty');
  for (const [index, word] of command.entries()) {
    const why = whyUnfit(word);
    if (why !== undefined) yield invalid(`${path}[${index}]`, why);
  }
}

function* checkHttp({ scheme, host, port, protocol, httpHeaders }: NonNullable<Handler['httpGet']>, path: string, container: Container): Iterable<Finding> {
  yield* checkPort(port, `${path}.port`, container);
  if (scheme && !SCHEMES.includes(scheme)) yield invalid(`${path}.scheme`, `${quoted(scheme)} is not one of ${SCHEMES.join(', ')}`);
  if (protocol === 'HTTP2' && scheme === 'HTTPS') yield invalid(`${path}.protocol`, 'HTTP2 is without TLS, for the scheme HTTP');
  if (protocol === 'HTTP2' && host) yield invalid(`${path}.protocol`, 'HTTP2 is for the address of the pod, without a host');
  for (const [index, { name, value }] of (httpHeaders ?? []).entries()) {
    if (!HEADER_NAME.test(name)) yield invalid(`${path}.httpHeaders[${index}].name`, `${quoted(name)} is not the name of a header`);
    // The value may be secret: it is never quoted.
    if (!HEADER_VALUE.test(value ?? '')) yield invalid(`${path}.httpHeaders[${index}].value`, 'it has characters that no header can have');
  }
}

function* checkPort(port: unknown, path: string, container: Container): Iterable<Finding> {
  const isWord = typeof port === 'number' || typeof port === 'string';
  const number = isWord ? toPortNumber(port, container) : undefined;
  if (number === undefined) yield invalid(path, `${quoted(port)} is neither a port nor the name of one of the container`);
  else if (!isPort(number)) yield invalid(path, `${quoted(port)} is not a port`);
}

function isPort(port: unknown): boolean {
  return Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65_535;
}
