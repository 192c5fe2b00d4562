import type { FieldRule } from './field-rules.js';
import { FIELDS } from './fields.js';

/** Objects of the document, by where their fields lie; the first that fits has a field. Init containers are containers. */
const OBJECTS: readonly (readonly [title: string, prefix: string])[] = [
  ['SecurityContext of a container', 'spec.containers[].securityContext.'],
  ['Container, and init container', 'spec.containers[].'],
  ['PodSecurityContext', 'spec.securityContext.'],
  ['Volume', 'spec.volumes[].'],
  ['PodSpec', 'spec.'],
];
const ORDER = ['PodSpec', 'PodSecurityContext', 'Container, and init container', 'SecurityContext of a container', 'Volume'];
const TWIN = 'spec.initContainers[].';

interface FieldCounts {
  readonly honoured: number;
  readonly warned: number;
  readonly refused: number;
  /** Those that no kubelet reads, or honours any more. */
  readonly notApplicable: number;
}

/** What becomes of every field of a pod, as Markdown: `docs/pod-fields.md`. */
export function fieldsDocument(): string {
  const sections = ORDER.map((title) => toSection(title, rulesOf(title)));
  return [...HEAD, `${fieldsCount()}\n`, ...sections].join('\n');
}

/** How many fields there are of each kind, in one sentence. Of a list or an object its own line counts, too. */
export function fieldsCount(): string {
  const { honoured, warned, refused, notApplicable } = countFields();
  const share = Math.floor((honoured * 1000) / (honoured + warned + refused)) / 10;
  return `Of ${honoured + warned + refused} fields that a kubelet honours, ${honoured} are honoured (${share} %), ${warned} accepted with a warning, ${refused} refused by name; ${notApplicable} more are not a kubelet's matter.`;
}

const HEAD = [
  '# Fields of a Pod',
  '',
  'Made from the table that `/create` checks every pod against (`npm run docs`). A field that is *refused* gives a 4xx that names it, unless its',
  'value asks for nothing beyond what happens anyway; one with a *warning* is accepted without its effect, with a line in the log and an',
  'event of the pod, and refused with `Strict: true`. A field below one that is not honoured goes with it. *Shown by* is the row that the',
  "titles of its tests begin with; what the tests' engine cannot start (privileged containers, GPUs, user namespaces, newer engines) is",
  'shown by a test of the engine call.',
  '',
];

function countFields(): FieldCounts {
  const rules = Object.entries(FIELDS).flatMap(([path, rule]) => (path.startsWith(TWIN) ? [] : [rule]));
  const count = (verdict: FieldRule['verdict']): number => rules.filter((rule) => rule.verdict === verdict && rule.retired === undefined).length;
  const retired = rules.filter((rule) => rule.retired).length;
  return { honoured: count('honoured'), warned: count('warned'), refused: count('refused'), notApplicable: count('notApplicable') + retired };
}

function rulesOf(title: string): [field: string, rule: FieldRule][] {
  return Object.entries(FIELDS).flatMap(([path, rule]): [string, FieldRule][] => {
    const [found, prefix = ''] = path.startsWith(TWIN) ? [] : (OBJECTS.find(([, start]) => path.startsWith(start)) ?? []);
    return found === title ? [[path.slice(prefix.length), rule]] : [];
  });
}

function toSection(title: string, rules: readonly (readonly [field: string, rule: FieldRule])[]): string {
  const rows = rules.map(([field, rule]) => `| \`${field}\` | ${toVerdictText(rule)} |`);
  return [`## ${title}\n`, '| Field | |', '| --- | --- |', ...rows, ''].join('\n');
}

function toVerdictText({ verdict, reason, shownBy, retired }: FieldRule): string {
  const why = reason === '' ? '' : `: ${reason.replaceAll('|', '\\|')}`;
  if (verdict === 'honoured') return `honoured${why} (shown by ${shownBy ?? ''})`;
  if (retired) return `refused, as Kubernetes took it away${why}`;
  return `${{ warned: 'warning', refused: 'refused', notApplicable: 'not applicable' }[verdict]}${why}`;
}
