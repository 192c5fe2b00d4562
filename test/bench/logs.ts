import { pipeline, type Readable } from 'node:stream';
import { FIRST_VIEW, makeStamp, type PluginCaller, toCreateBody, toDeletePod, toLogBody } from '../../src/caller/index.js';
import { demultiplex, type Engine, type LogFrame } from '../../src/engine/index.js';
import { eventually } from '../support/eventually.js';
import { readSummedLog } from '../support/summed-log.js';
import { interleave, residentMebibytes } from './measure.js';
import { NO_FIGURES, type Row } from './table.js';

const MEBIBYTE = 2 ** 20;
const FOLLOWED_MEBIBYTES = Number(process.env['BENCH_FOLLOWED_MIB'] ?? 1024);
const READ_MEBIBYTES = 128;

export interface LogBench {
  readonly engine: Engine;
  /** Of a plugin whose rotation is raised above `FOLLOWED_MEBIBYTES`. */
  readonly caller: PluginCaller;
  readonly pluginPid: number;
}

/** The bytes a second of an ended container's log, against the engine's own; and a follow of 1 GiB while it is written, hash for hash. */
export async function benchLogs(bench: LogBench, rounds: number): Promise<readonly Row[]> {
  await follow(bench);
  return [await compareReading(bench, rounds)];
}

async function follow(bench: LogBench): Promise<void> {
  const before = residentMebibytes(bench.pluginPid);
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, residentMebibytes(bench.pluginPid))), 200);
  const pod = await create(FOLLOWED_MEBIBYTES, bench);
  const begin = performance.now();
  const { bytes, isExact } = await readSummedLog(await bench.caller.getLogs(toLogBody(pod, 'main', { Follow: true })));
  clearInterval(watch);
  const seconds = (performance.now() - begin) / 1000;
  await remove(pod, bench);
  console.log(
    `log of ${(bytes / MEBIBYTE).toFixed(0)} MiB followed while it is written: ${isExact ? 'every byte as it was written' : 'NOT AS IT WAS WRITTEN'}, ` +
      `${(bytes / MEBIBYTE / seconds).toFixed(0)} MiB/s, resident memory of the plugin ${before} MiB before, ${most} MiB at most\n`,
  );
}

async function compareReading(bench: LogBench, rounds: number): Promise<Row> {
  const pod = await create(READ_MEBIBYTES, bench);
  const [container] = await eventually(async () => {
    const rows = await bench.engine.listContainers([`io.kubernetes.pod.uid=${pod.metadata.uid}`, 'io.kubernetes.docker.type=container']);
    return rows[0]?.State === 'exited' ? rows : undefined;
  }, { deadlineMs: 300_000 });
  const id = container?.Id ?? '';
  const raw = async (): Promise<Readable> => pipeline(await bench.engine.containerLogs(id, { follow: false, timestamps: false }), demultiplex(), () => undefined);
  const subject = (name: string, open: () => Promise<Readable>) => ({ name, run: () => mebibytesPerSecond(open) });
  const figures = await interleave([subject('plugin', () => bench.caller.getLogs(toLogBody(pod, 'main'))), subject('engine', raw)], rounds);
  await remove(pod, bench);
  return { what: `log of ${READ_MEBIBYTES} MiB`, ours: figures.get('plugin') ?? NO_FIGURES, theirs: figures.get('engine') ?? NO_FIGURES, unit: 'MiB/s', target: { atLeast: 0.8 } };
}

type BenchPod = ReturnType<typeof toCreateBody>['pod'];

async function create(mebibytes: number, { caller }: LogBench): Promise<BenchPod> {
  const script =
    `head -c 768k /dev/urandom | base64 -w 3999 > /tmp/f; write() { i=0; while [ $i -lt ${mebibytes} ]; do cat /tmp/f; echo $i; i=$((i+1)); done; }; ` +
    '{ write | sha256sum > /tmp/sum; } & write; wait; echo; cat /tmp/sum';
  const container = { name: 'main', image: 'busybox:1.36', command: ['sh', '-c', script] };
  const spec = { restartPolicy: 'Never', automountServiceAccountToken: false, containers: [container] };
  const body = toCreateBody({ pod: { metadata: { name: 'bench-log', namespace: 'bench' }, spec }, configMaps: [], secrets: [] }, makeStamp(new Date()));
  await caller.create(body);
  await eventually(async () => ((await caller.status([body.pod]))[0]?.containers[0]?.state?.waiting === undefined ? true : undefined));
  return body.pod;
}

async function remove(pod: BenchPod, { caller }: LogBench): Promise<void> {
  await caller.delete(toDeletePod(pod, pod.metadata.uid, FIRST_VIEW, new Date()));
}

async function mebibytesPerSecond(open: () => Promise<Readable>): Promise<number> {
  const begin = performance.now();
  let bytes = 0;
  for await (const chunk of (await open()) as AsyncIterable<Buffer | LogFrame>) bytes += (Buffer.isBuffer(chunk) ? chunk : chunk.chunk).length;
  return bytes / MEBIBYTE / ((performance.now() - begin) / 1000);
}
