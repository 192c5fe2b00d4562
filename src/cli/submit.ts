import type { Writable } from 'node:stream';
import { FIRST_VIEW, makeStamp, PluginCaller, PluginRefused, readPodFile, toCreateBody, toDeletePod, watchPod } from '../caller/index.js';
import type { CallerView, CreateBody } from '../caller/index.js';
import type { Pod } from '../kube/index.js';
import { describeView, exitCodeOf } from './describe.js';
import { explainFailure, neverArrived } from './explain-failure.js';
import { applyOverrides } from './overrides.js';
import type { Overrides } from './overrides.js';
import { PodLogs } from './pod-logs.js';

/** Nothing of the pod: this command itself failed, as `docker run` has it. */
export const EXIT_CODE_NO_RUN = 125;

/** Often enough for a person; a status answer costs the plugin next to nothing. */
const POLL_INTERVAL_MS = 500;

export interface SubmitRequest {
  /** Text of the pod file. */
  readonly yaml: string;
  readonly url: string;
  /** Show logs as they are written, not at the end. */
  readonly follow: boolean;
  /** Leave the pod where it is when it has ended or the command is interrupted. */
  readonly keep: boolean;
  readonly overrides: Overrides;
  readonly pollIntervalMs?: number;
}

export interface SubmitOutput {
  /** Logs only. */
  readonly stdout: Writable;
  /** What happens, one line each. */
  readonly stderr: Writable;
  /** Fires on Ctrl-C; the pod is deleted, and the signal's reason thrown. */
  readonly signal: AbortSignal;
}

interface Run {
  readonly caller: PluginCaller;
  readonly pod: Pod;
  readonly request: SubmitRequest;
  readonly output: SubmitOutput;
  readonly say: (line: string) => void;
  jobId: string | undefined;
  view: CallerView;
}

/**
 * Runs the pod of a file on a plugin, from `/create` to `/delete`, and resolves with its exit code.
 * @throws PodFileError, RangeError for what the person gave; PluginRefused, PluginUnreachable; `signal.reason`
 */
export async function submit(request: SubmitRequest, output: SubmitOutput): Promise<number> {
  const body = toCreateBody(applyOverrides(readPodFile(request.yaml), request.overrides), makeStamp(new Date()));
  const caller = new PluginCaller(request.url);
  const say = (line: string): void => void output.stderr.write(`${line}\n`);
  const run: Run = { caller, pod: body.pod, request, output, say, jobId: undefined, view: FIRST_VIEW };
  await createPod(run, body);
  try {
    await untilEnded(run);
  } catch (error) {
    await endRun(run);
    throw error;
  }
  const deleted = await endRun(run);
  const exitCode = exitCodeOf(run.view);
  return exitCode === 0 && !deleted ? EXIT_CODE_NO_RUN : exitCode;
}

async function createPod(run: Run, body: CreateBody): Promise<void> {
  const { namespace, name, uid } = run.pod.metadata;
  run.say(`creating pod ${namespace}/${name} (UID ${uid}) at ${run.request.url}`);
  try {
    run.jobId = (await run.caller.create(body, run.output.signal)).PodJID;
  } catch (error) {
    // A refusal leaves nothing behind. After a break nobody knows, and an interlink that saw it would delete the pod.
    if (!(error instanceof PluginRefused) && !neverArrived(error)) await deletePod(run);
    throw error;
  }
  run.say(`created: job ${run.jobId}`);
}

async function untilEnded(run: Run): Promise<void> {
  const { caller, pod, jobId, output, say, request } = run;
  const logs = new PodLogs(caller, pod, { stdout: output.stdout, say, signal: output.signal });
  const onProblem = onlyNews((error) => say(`no status: ${explainFailure(error, request.url)}`));
  const options = { jobId, signal: output.signal, intervalMs: request.pollIntervalMs ?? POLL_INTERVAL_MS, onProblem };
  let line = '';
  for await (const view of watchPod(caller, pod, options)) {
    run.view = view;
    if (describeView(view) !== line) say((line = describeView(view)));
    if (view.problem !== undefined) say(`problem: ${view.problem}`);
    if (request.follow) logs.follow(view);
  }
  await (request.follow ? logs.drain() : logs.printAll(run.view));
}

/** Whether nothing is left that should not be. */
async function endRun(run: Run): Promise<boolean> {
  if (!run.request.keep) return deletePod(run);
  run.say(`kept: pod ${run.pod.metadata.uid} stays on the plugin`);
  return true;
}

/** Not bound to the signal: it is what an interrupted run still has to do. */
async function deletePod({ caller, pod, jobId, view, say, request }: Run): Promise<boolean> {
  try {
    await caller.delete(toDeletePod(pod, jobId, view, new Date()));
    say('deleted');
    return true;
  } catch (error) {
    if (error instanceof PluginRefused && error.status === 404) return true;
    say(`the pod could not be deleted: ${explainFailure(error, request.url)}`);
    return false;
  }
}

/** Passes on a failure once, until it is another one. */
function onlyNews(tell: (error: unknown) => void): (error: unknown) => void {
  let told = '';
  return (error) => {
    if (String(error) !== told) tell(error);
    told = String(error);
  };
}
