import type { PodAction } from '../decide/index.js';
import { SANDBOX } from '../record/index.js';
import type { ManagedPod } from './managed-pod.js';
import { prepareImage } from './prepare-image.js';
import { removePod } from './remove-pod.js';
import type { Rooms } from './rooms.js';
import { createSandbox, startSandbox } from './sandbox.js';
import { containerSpec, startContainer } from './start-container.js';

/** How much longer than its grace period a stop may take: engines are slow at times, and have clocks of their own. */
const SLACK_SECONDS = 30;

/** Performs one action against the engine, and looks at what came of it. Doing it twice is doing it once. */
export async function execute(action: PodAction, pod: ManagedPod, rooms: Rooms): Promise<void> {
  switch (action.kind) {
    case 'createSandbox':
      return createSandbox(pod, rooms);
    case 'startSandbox':
      return startSandbox(pod, rooms);
    case 'prepareImage':
      return prepareImage(action.container, pod, rooms);
    case 'startContainer':
      return startContainer(action, pod, rooms);
    case 'stopContainer':
      return stopContainer(action, pod, rooms);
    case 'removeContainer':
      await rooms.engine.removeContainer(action.containerId);
      await rooms.cache.refresh(action.containerId);
      return;
    case 'removePod':
      return removePod(pod, rooms);
    case 'wait':
      return;
    default:
      return unreachable(action);
  }
}

async function stopContainer(action: PodAction & { kind: 'stopContainer' }, pod: ManagedPod, rooms: Rooms): Promise<void> {
  const { containerId, container, graceSeconds, why, isUnhealthy } = action;
  if (isUnhealthy) await expectUnhealthyEnd(containerId, graceSeconds, rooms);
  else rooms.cache.outside.expect(containerId);
  pod.logger.info('a container is stopped', { container, why });
  if (container !== SANDBOX) pod.addEvent('Normal', 'Killing', isUnhealthy ? why : `Stopping container ${container}`, container);
  const spec = containerSpec(pod, container);
  const hook = spec?.lifecycle?.preStop && ((signal: AbortSignal) => pod.probing.beforeStop(spec, containerId, signal));
  await pod.stops.stop(containerId, graceSeconds, hook);
  await rooms.cache.refresh(action.containerId);
}

/** On record before the stop: a plugin that is killed after it would leave an exit code of 0 to be taken for success. */
async function expectUnhealthyEnd(containerId: string, graceSeconds: number, { cache, clock, journal }: Rooms): Promise<void> {
  cache.outside.expectUnhealthy(containerId);
  const until = new Date(clock.now().getTime() + (graceSeconds + SLACK_SECONDS) * 1000);
  await journal.add({ kind: 'stoppedForHealth', containerId, until: until.toISOString() });
}

function unreachable(action: never): never {
  throw new Error(`no executor for ${JSON.stringify(action)}`);
}
