/** `docs/pod-fields.md` and the count in the README, made from the table that pods are checked against and the API's own types. */
import { FIELDS, type FieldRule } from '../../src/docker/admission/index.js';
import { apiFields } from './api-fields.js';
import { rowsOf, testTitles } from './test-titles.js';

type Rule = readonly [path: string, rule: FieldRule];

interface ApiObject {
  readonly title: string;
  /** Its fields begin so. */
  readonly prefix: string;
}

/** In the order of the page. A field is of the object with the longest prefix that fits. */
const OBJECTS: readonly ApiObject[] = [
  { title: 'PodSpec', prefix: 'spec.' },
  { title: 'PodSecurityContext', prefix: 'spec.securityContext.' },
  { title: 'Container', prefix: 'spec.containers[].' },
  { title: 'SecurityContext of a container', prefix: 'spec.containers[].securityContext.' },
  { title: 'Init container, where it differs from a container', prefix: 'spec.initContainers[].' },
  { title: 'Volume', prefix: 'spec.volumes[].' },
];
const CONTAINER = 'spec.containers[].';
const INIT_CONTAINER = 'spec.initContainers[].';

const HEAD = [
  '# Fields of a Pod',
  '',
  'Every field of the Kubernetes API up to 1.37, and what becomes of it here. Made by `npm run docs` from the table that `/create` checks',
  'every pod against (`src/docker/admission/fields*.ts`).',
  '',
  '- **honoured**: it does what it does on a kubelet. The row (P…) begins the title of the tests that show it from inside a container, under',
  "  `test/integration`; where the tests' engine cannot run such a pod, by the calls that the engine gets, under `test/unit`.",
  '- **warning**: accepted without its effect, with a line in the log and an event of the pod; refused with `Strict: true`.',
  '- **refused**: `/create` answers 4xx and names it, unless its value asks for nothing beyond what happens anyway.',
  '- **not applicable**: no kubelet reads it, or none reads it for anything but a second look at what the cluster has decided.',
  '',
  'What lies below a field that is not honoured goes with it.',
  '',
].join('\n');

/** The whole page. */
export function fieldsPage(): string {
  const [shownInside, allFields] = [new Set(testTitles('test/integration').flatMap(rowsOf)), apiFields('PodSpec', 'spec')];
  const toRow = ([path, rule]: Rule, prefix: string): string => `| \`${path.slice(prefix.length)}\` | ${toVerdict(rule, shownInside)} | ${toDetails([path, rule], allFields)} |`;
  const sections = OBJECTS.map(({ title, prefix }) => {
    const rows = ownRules().filter(([path]) => objectOf(path) === prefix).map((rule) => toRow(rule, prefix));
    return rows.length === 0 ? '' : [`## ${title}\n`, '| Field | | |', '| --- | --- | --- |', ...rows, ''].join('\n');
  });
  return [HEAD, `${fieldsCount()}\n`, ...sections.filter((section) => section !== '')].join('\n');
}

/** How many fields there are of each kind, in one sentence. What goes with a field above it is not counted. */
export function fieldsCount(): string {
  const rules = ownRules().map(([, rule]) => rule);
  const count = (verdict: FieldRule['verdict']): number => rules.filter((rule) => rule.verdict === verdict && rule.byAll === undefined).length;
  const [honoured, warned, refused, byAll] = [count('honoured'), count('warned'), count('refused'), rules.filter((rule) => rule.byAll).length];
  const all = honoured + warned + refused;
  const share = Math.floor((honoured * 1000) / all) / 10;
  return `Of ${all} fields that a kubelet honours, ${honoured} are honoured (${share} %), ${warned} accepted with a warning, ${refused} refused by name. Beside them no kubelet reads ${count('notApplicable')}, and ${byAll} Kubernetes itself refuses today.`;
}

/** Without those of init containers that are as for every container. */
function ownRules(): Rule[] {
  return Object.entries(FIELDS).filter(([path, rule]) => !path.startsWith(INIT_CONTAINER) || !isSame(rule, FIELDS[CONTAINER + path.slice(INIT_CONTAINER.length)]));
}

function isSame(one: FieldRule, other: FieldRule | undefined): boolean {
  return one.verdict === other?.verdict && one.reason === other.reason && one.shownBy === other.shownBy;
}

function objectOf(path: string): string {
  const prefixes = OBJECTS.map(({ prefix }) => prefix).filter((prefix) => path.startsWith(prefix));
  return prefixes.reduce((longest, prefix) => (prefix.length > longest.length ? prefix : longest), '');
}

function toVerdict({ verdict, shownBy = '', byAll }: FieldRule, shownInside: ReadonlySet<string>): string {
  if (verdict === 'honoured') return `honoured: ${shownBy}${shownInside.has(shownBy) ? '' : ' (by the calls)'}`;
  if (byAll) return 'refused, as on a kubelet';
  return { warned: 'warning', refused: 'refused', notApplicable: 'not applicable' }[verdict];
}

function toDetails([path, { verdict, reason, accepts }]: Rule, allFields: readonly string[]): string {
  const passing = verdict === 'honoured' ? [] : (accepts.values ?? []);
  const sentences = [
    reason,
    passing.length === 0 ? '' : `passes: ${passing.map((value) => `\`${JSON.stringify(value)}\``).join(', ')}`,
    verdict === 'honoured' ? '' : toCovered(path, allFields),
  ];
  return sentences.filter((sentence) => sentence !== '').join('; ').replaceAll('|', '\\|');
}

/** The fields that go with one; those of another kind of container are a container's. */
function toCovered(path: string, allFields: readonly string[]): string {
  const below = (parent: string): string[] => allFields.filter((field) => /^(\[\])*\./.test(field.slice(parent.length)) && field.startsWith(parent)).map((field) => field.slice(parent.length).replace(/^(\[\])*\./, ''));
  const own = below(path);
  if (own.length === 0) return '';
  const containers = new Set(below(CONTAINER.slice(0, -3)));
  const isContainer = [...containers].every((field) => own.includes(field));
  const named = own.filter((field) => !isContainer || !containers.has(field)).map((field) => `\`${field}\``);
  return `with it ${[...(isContainer ? ['all fields of a container'] : []), ...named].join(', ')}`;
}
