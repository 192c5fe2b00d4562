/** Probes: what is admitted can be planned and asked, what is not is refused by the name of its field. */
import fc from 'fast-check';
import { admit } from '../../src/docker/admission/index.js';
import { DEFAULT_POLICY, NO_ABILITIES } from '../../src/docker/node/index.js';
import { ProviderError } from '../../src/errors.js';
import { type Container, type Pod, type Probe, timingOf, toPortNumber } from '../../src/kube/index.js';
import { catches, fuzz } from './fuzz.js';
import { throwsOnly } from './throws-only.js';

const LARGEST = 2 ** 31 - 1;
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'] as const;
const CONTAINER: Container = { name: 'main', image: 'busybox:1.36', ports: [{ name: 'web', containerPort: 8080 }] };
const NODE = { name: 'node', policy: DEFAULT_POLICY, abilities: { ...NO_ABILITIES, cpus: 4 } };

const count = fc.oneof(fc.constantFrom(0, 1, 3, -1, 0.5, LARGEST, LARGEST + 1, 1e308), fc.integer());
const port = fc.oneof(fc.constantFrom<number | string>(80, 0, -1, 65_535, 65_536, 1.5, 'web', 'none', '', '80', '8080'), fc.integer());
const word = fc.oneof(fc.constantFrom('', 'true', 'a\0b', '/', '\r\nX: y', 'HTTP', 'HTTPS', 'ü', '😀'), fc.string());
const handlers = {
  exec: fc.record({ command: fc.array(word, { maxLength: 3 }) }),
  httpGet: fc.record({ port, path: word, host: word, scheme: word, httpHeaders: fc.array(fc.record({ name: word, value: word }), { maxLength: 2 }) }, { requiredKeys: ['port'] }),
  tcpSocket: fc.record({ port }),
  grpc: fc.record({ port, service: word }, { requiredKeys: ['port'] }),
};
const timing = { initialDelaySeconds: count, timeoutSeconds: count, periodSeconds: count, successThreshold: count, failureThreshold: count, terminationGracePeriodSeconds: count };
const numbers = fc.record(timing, { requiredKeys: [] });
const oneHandler = fc.oneof(...HANDLERS.map((kind) => handlers[kind].map((handler) => ({ [kind]: handler }))));
/** Most have one handler. */
const input = fc.tuple(fc.oneof({ weight: 4, arbitrary: oneHandler }, fc.record(handlers, { requiredKeys: [] })), numbers).map(([handler, counts]) => ({ ...handler, ...counts }) as Probe);

type Admit = (pod: Pod) => unknown;

function holds(admits: Admit): (probe: Probe) => void {
  return (probe) => {
    for (const kind of ['liveness', 'readiness', 'startup'] as const) {
      const container = { ...CONTAINER, [`${kind}Probe`]: probe };
      const pod = { metadata: { name: 'p', namespace: 'default', uid: 'u' }, spec: { containers: [container] } } as Pod;
      if (isAdmitted(admits, pod, `spec.containers[0].${kind}Probe`)) canBeAsked(probe, container);
    }
  };
}

function isAdmitted(admits: Admit, pod: Pod, field: string): boolean {
  let isRefused = false;
  throwsOnly([ProviderError], () => {
    try {
      admits(pod);
    } catch (error) {
      isRefused = true;
      if (error instanceof ProviderError && !error.message.includes(field)) throw new TypeError(`no word of ${field}: ${error.message}`, { cause: error });
      throw error;
    }
  });
  return !isRefused;
}

function canBeAsked(probe: Probe, container: Container): void {
  const { initialDelaySeconds, ...others } = timingOf(probe);
  if (!isWhole(initialDelaySeconds, 0) || !Object.values(others).every((value) => isWhole(value, 1))) throw new Error(`admitted with ${JSON.stringify(timingOf(probe))}`);
  if (HANDLERS.filter((kind) => probe[kind] !== undefined).length !== 1) throw new Error('admitted without exactly one handler');
  const asked = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port;
  if (asked !== undefined && !isWhole(toPortNumber(asked, container) ?? 0, 1, 65_535)) throw new Error(`admitted with port ${asked}`);
  if (JSON.stringify(probe.httpGet?.httpHeaders ?? []).match(/\\[rn]/) !== null) throw new Error('admitted with a header of several lines');
  if (probe.exec?.command?.some((part) => part.includes('\0')) === true) throw new Error('admitted with a word that no program can be given');
}

function isWhole(value: number, least: number, most = LARGEST): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

const target = { name: 'probes', input, runs: 500, check: holds((pod) => admit(pod, NODE)), outcome: 'numbers, ports, words and headers that a probe can be asked with, or a refusal that names the probe' };
fuzz(target);
catches(target, 'an admission that takes all', holds(() => undefined));
catches(target, 'a refusal without a field', holds((pod) => {
  try {
    admit(pod, NODE);
  } catch {
    throw new ProviderError('InvalidPod', 'the pod is invalid');
  }
}));
