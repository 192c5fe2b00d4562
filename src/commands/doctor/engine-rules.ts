import type { EngineDiagnosis } from '../../engine/index.js';
import type { DiskSpace, EngineFacts } from './facts.js';
import { fail, type Finding, ok, warn } from './finding.js';

const OLDEST_API = 41;
const NEWEST_API = 48;
const GIBIBYTE = 2 ** 30;
const LEAST_FREE_BYTES = 2 * GIBIBYTE;
const LEAST_FREE_PART = 0.1;
/** What an engine's clock may be off: times of its events and ours are compared. */
const LARGEST_SKEW_MS = 1000;
/** They copy whole layers, or are not made for production. */
const SLOW_STORAGE = ['vfs', 'devicemapper'];

const REACHING: Readonly<Record<string, string>> = {
  EACCES: 'this user may not open its socket: add it to the group docker (usermod -aG docker USER) and log in anew, or run as root',
  ENOENT: 'no engine listens there: start it (systemctl start docker), or name another one by DOCKER_HOST or DockerHost',
  ECONNREFUSED: 'nobody listens there: start the engine (systemctl start docker), or name another one by DOCKER_HOST or DockerHost',
  ENOTFOUND: 'the name of its host is unknown: look at DOCKER_HOST or DockerHost',
  ETIMEDOUT: 'its host does not answer: look at DOCKER_HOST or DockerHost, and at firewalls between',
};

/** Whether pods can be run on this engine. Pure. @param where the engine's address, for a person */
export function checkEngine(engine: EngineFacts, where: string): readonly Finding[] {
  if (engine.kind === 'away') return [fail('engine', `${where} cannot be reached: ${engine.message}`, REACHING[engine.code ?? ''] ?? 'look at the engine, and at DOCKER_HOST or DockerHost')];
  const { diagnosis, skewMs } = engine;
  return [
    ok('engine', `Docker Engine ${diagnosis.version} on ${diagnosis.operatingSystem}, at ${where}`),
    checkApi(diagnosis),
    checkLimits(diagnosis),
    checkStorage(diagnosis),
    ok('logs', `the engine's own driver is ${diagnosis.loggingDriver}; pods have json-file, with rotation (Logs.MaxSize, Logs.MaxFiles), whatever it is`),
    ok('live-restore', diagnosis.liveRestore ? 'on: pods run on while the engine restarts' : 'off: a restart of the engine stops its pods ("live-restore": true in daemon.json lets them run on)'),
    checkSecurity(diagnosis),
    checkForwarding(diagnosis),
    checkClock(skewMs),
    ...diagnosis.warnings.map((warning) => warn('engine says', warning, adviceOn(warning))),
  ];
}

function checkApi({ apiVersion, minApiVersion }: EngineDiagnosis): Finding {
  const [newest, oldest] = [apiVersion, minApiVersion].map((version) => Number(version.split('.')[1] ?? 0));
  const seen = `API ${minApiVersion || '?'} to ${apiVersion}`;
  if ((newest ?? 0) < OLDEST_API) return fail('API', seen, `1.${OLDEST_API} is needed: update the engine to 20.10 or newer`);
  if ((oldest ?? 0) > NEWEST_API) return fail('API', seen, `1.${NEWEST_API} is the newest that is known here: update interlink-docker`);
  return ok('API', seen);
}

function checkLimits({ limits, cgroupVersion, cgroupDriver }: EngineDiagnosis): Finding {
  const missing = Object.entries(limits).flatMap(([name, works]) => (works ? [] : [name]));
  const seen = `cgroup version ${cgroupVersion}, driver ${cgroupDriver}`;
  if (missing.length === 0) return ok('limits', `${seen}: memory, swap, cpu and pids can be limited`);
  return warn('limits', `${seen}: no limits of ${missing.join(', ')}`, 'pods are not held to these: switch the controllers on in the kernel (cgroup_enable=memory swapaccount=1 on its command line, with cgroup version 1)');
}

function checkStorage({ storageDriver }: EngineDiagnosis): Finding {
  if (!SLOW_STORAGE.includes(storageDriver)) return ok('storage', `driver ${storageDriver}`);
  return warn('storage', `driver ${storageDriver}`, 'each container copies its image: use overlay2 where the file system can');
}

function checkSecurity({ securityOptions }: EngineDiagnosis): Finding {
  const names = securityOptions.map((option) => /(?:^|,)name=([^,]+)/.exec(option)?.[1] ?? option);
  const seen = names.length === 0 ? 'nothing confines containers' : names.join(', ');
  const isUnconfined = securityOptions.some((option) => option.includes('seccomp') && option.includes('profile=unconfined'));
  if (names.includes('seccomp') && !isUnconfined) return ok('security', seen);
  return warn('security', isUnconfined ? `${seen}, with the seccomp profile unconfined` : seen, 'containers can make any system call: use an engine and a kernel with seccomp, and its default profile');
}

function checkForwarding({ ipv4Forwarding }: EngineDiagnosis): Finding {
  if (ipv4Forwarding) return ok('forwarding', 'IPv4 forwarding is on');
  return fail('forwarding', 'IPv4 forwarding is off', 'pods reach nothing beyond the host: sysctl -w net.ipv4.ip_forward=1, and in /etc/sysctl.d');
}

function checkClock(skewMs: number): Finding {
  const seen = `the engine's is ${(Math.abs(skewMs) / 1000).toFixed(1)} s ${skewMs < 0 ? 'behind' : 'ahead of'} ours`;
  if (Math.abs(skewMs) <= LARGEST_SKEW_MS) return ok('clock', seen);
  return warn('clock', seen, 'deadlines and ends of containers are told wrongly: set both clocks by NTP');
}

function adviceOn(warning: string): string {
  if (/bridge-nf-call-ip6?tables/.test(warning)) return 'rules of the host do not hold between pods of one network: modprobe br_netfilter, sysctl -w net.bridge.bridge-nf-call-iptables=1';
  if (/without TLS|unauthenticated|insecure/i.test(warning)) return 'whoever reaches it has root on its host: close that address, or use TLS';
  if (/limit support|blkio|cpu/i.test(warning)) return 'pods are not held to these limits: switch the controllers on in the kernel';
  return 'see the documentation of the engine';
}

/** Space where the engine keeps images, volumes and logs. Pure. @param disk absent: the engine is elsewhere, or does not let it be seen */
export function checkDisk(dataRoot: string, disk: DiskSpace | undefined): Finding {
  if (disk === undefined) return ok('disk', `${dataRoot} cannot be seen from here`);
  const { freeBytes, totalBytes } = disk;
  const seen = `${(freeBytes / GIBIBYTE).toFixed(1)} GiB of ${(totalBytes / GIBIBYTE).toFixed(1)} GiB free in ${dataRoot}`;
  if (freeBytes >= LEAST_FREE_BYTES && freeBytes >= totalBytes * LEAST_FREE_PART) return ok('disk', seen);
  return warn('disk', seen, 'make room (docker system df tells what takes it), or let the plugin remove images: Images.GCHighPercent');
}
