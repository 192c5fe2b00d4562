import { Command } from 'commander';
import { askForPod, askForPods, candidateLines, matchPods, type PodAnswer, type PodLine, toJson, whyText } from '../cli/index.js';
import { askOrLook, type PluginFlags, withPluginOptions } from './ask-or-look.js';

interface WhyFlags extends PluginFlags {
  readonly json: boolean;
}

/** `interlink-docker why`: one pod of the running plugin, and why it is as it is. */
export function whyCommand(): Command {
  return withPluginOptions(new Command('why'))
    .description('say why a pod is in the state it is in, with the states of its containers and its events')
    .argument('<pod>', 'its name, namespace/name, UID, or the beginning of its UID')
    .option('--json', 'as JSON', false)
    .action(runWhy);
}

async function runWhy(wanted: string, { json, ...flags }: WhyFlags): Promise<void> {
  if (wanted === '') throw new Error('give a name, namespace/name, a UID, or the beginning of one');
  const pod = await askOrLook(flags, (url) => ask(url, wanted), (labelled) => look(labelled, wanted));
  process.stdout.write(json ? toJson(pod) : whyText(pod, new Date()));
}

async function ask(url: string, wanted: string): Promise<PodAnswer> {
  const pods = await askForPods(url);
  // A pod that was refused is in no list.
  const uid = matchPods(pods, wanted).length === 0 ? wanted : theOne(pods, wanted).uid;
  return (await askForPod(url, uid)) ?? unknown(wanted);
}

function look(labelled: readonly PodAnswer[], wanted: string): PodAnswer {
  const { uid } = theOne(labelled.map(({ row }) => row), wanted);
  return labelled.find(({ row }) => row.uid === uid) ?? unknown(wanted);
}

function theOne(pods: readonly PodLine[], wanted: string): PodLine {
  const [pod, ...others] = matchPods(pods, wanted);
  if (pod === undefined) return unknown(wanted);
  if (others.length > 0) throw new Error(`${wanted} may be each of these ${others.length + 1} pods: give namespace/name, or more of the UID\n${candidateLines([pod, ...others])}`);
  return pod;
}

function unknown(wanted: string): never {
  throw new Error(`no pod of this node is called ${wanted}, and no UID begins so: interlink-docker pods lists them all`);
}
