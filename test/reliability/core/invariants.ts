import type { ContainerSeen, NodePicture, Picture, PodPicture } from './picture.js';

/**
 * What a fault has broken: one line for each difference from how it is without a fault. Pure.
 * @param expected of a run without a fault
 */
export function violationsOf(observed: Picture, expected: Picture): readonly string[] {
  return [...podViolations(observed.pod, expected.pod), ...nodeViolations(observed.node, expected.node)];
}

function podViolations(observed: PodPicture, expected: PodPicture): readonly string[] {
  if (expected.containers.length > 0 && observed.containers.length === 0) return ['the pod is lost: nothing of it is on the engine'];
  return [
    ...attemptViolations(observed, expected),
    ...observed.containers.flatMap((container) => containerViolations(container, expected)),
    ...runViolations(observed, expected),
    ...differences('volume', observed.volumes, expected.volumes),
    ...differences('status', observed.statuses.map(toText), expected.statuses.map(toText)),
  ];
}

/** The same containers, with the right attempt numbers. */
function attemptViolations(observed: PodPicture, expected: PodPicture): readonly string[] {
  const names = [...new Set([...observed.containers, ...expected.containers].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [seen, wanted] = [attemptsOf(observed, name), attemptsOf(expected, name)];
    if (seen === wanted) return [];
    if (wanted === '') return [`an orphan container ${name} with attempt ${seen}`];
    return [seen === '' ? `container ${name} is missing` : `container ${name} has attempt ${seen} where ${wanted} is right`];
  });
}

function attemptsOf({ containers }: PodPicture, name: string): string {
  return containers.filter((container) => container.name === name).map(({ attempt }) => attempt).sort((a, b) => a - b).join(' and ');
}

function containerViolations(seen: ContainerSeen, expected: PodPicture): readonly string[] {
  const label = `container ${seen.name}, attempt ${seen.attempt},`;
  const doubled = seen.starts > 1 ? [`${label} was started ${seen.starts} times`] : [];
  const wanted = expected.containers.find(({ name, attempt }) => name === seen.name && attempt === seen.attempt);
  if (wanted === undefined) return doubled;
  return [
    ...doubled,
    ...(seen.starts < wanted.starts ? [`${label} has never begun`] : []),
    ...(seen.stage === wanted.stage ? [] : [`${label} is left as ${seen.stage}`]),
    ...(seen.state === wanted.state && seen.exitCode === wanted.exitCode ? [] : [`${label} is ${seen.state} (${seen.exitCode}) where ${wanted.state} (${wanted.exitCode}) is right`]),
  ];
}

/** A start whose container has been removed since shows here alone. */
function runViolations({ runs }: PodPicture, expected: PodPicture): readonly string[] {
  return [...new Set([...Object.keys(runs), ...Object.keys(expected.runs)])].flatMap((name) => {
    const [seen, wanted] = [runs[name] ?? 0, expected.runs[name] ?? 0];
    return seen === wanted ? [] : [`the program of ${name} began ${seen} times where ${wanted} is right`];
  });
}

function nodeViolations(observed: NodePicture, expected: NodePicture): readonly string[] {
  return [...differences('network', observed.networks, expected.networks), ...differences('object of no pod', observed.strangers, expected.strangers)];
}

function differences(what: string, observed: readonly string[], expected: readonly string[]): readonly string[] {
  const beyond = (some: readonly string[], others: readonly string[]): readonly string[] => some.filter((one, i) => count(some.slice(0, i + 1), one) > count(others, one));
  return [...beyond(observed, expected).map((one) => `an orphan ${what}: ${one}`), ...beyond(expected, observed).map((one) => `a missing ${what}: ${one}`)];
}

function count(list: readonly string[], one: string): number {
  return list.filter((other) => other === one).length;
}

function toText({ name, restartCount, state }: PodPicture['statuses'][number]): string {
  return `${name} ${state}, restarted ${restartCount} times`;
}

/**
 * What the plugin's process said outside its log: an exception or a rejection that nobody caught is told there, with its stack.
 * @param stderr of all its starts
 */
export function pluginViolations(stderr: string, isRunning: boolean): readonly string[] {
  const outside = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('{'));
  return [...outside.map((line) => `the plugin said outside its log: ${line}`), ...(isRunning ? [] : ['the plugin has ended by itself'])];
}
