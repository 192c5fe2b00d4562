import { messageOf } from '../../errors.js';
import { type KeyToPath, parseQuantity, type Pod, type Volume } from '../../kube/index.js';
import type { NodePolicy } from '../node/index.js';
import { checkPlaces } from './check-places.js';
import { FIELDS } from './fields.js';
import { type Finding, invalid, quoted } from './findings.js';

const LARGEST_MODE = 0o777;

const LARGEST_ID = 2 ** 31 - 1;
/** With the sticky bit. */
const LARGEST_DIRECTORY_MODE = 0o1777;

type ModedItem = Pick<KeyToPath, 'mode' | 'user'>;
interface ModedSource {
  readonly defaultMode?: number;
  readonly defaultUser?: number;
  readonly items?: readonly ModedItem[];
}

/** Sources of volumes: one each, of a kind that is known, with modes that are modes. */
export function* checkVolumes(pod: Pod, policy: NodePolicy): Iterable<Finding> {
  for (const [index, volume] of (pod.spec.volumes ?? []).entries()) {
    const path = `pod.spec.volumes[${index}]`;
    const sources = Object.entries(volume).flatMap(([kind, source]) => (kind === 'name' || source === null || source === undefined ? [] : [kind]));
    if (sources.length > 1) yield invalid(path, `a volume has one source, not ${sources.join(' and ')}`);
    const unknown = sources.find((kind) => !Object.hasOwn(FIELDS, `spec.volumes[].${kind}`));
    if (unknown !== undefined) yield invalid(`${path}[${quoted(unknown)}]`, 'this kind of volume is not known');
    for (const [field, source] of modedSources(volume)) yield* checkModes(source, `${path}.${field}`);
    for (const [at, { serviceAccountToken }] of (volume.projected?.sources ?? []).entries()) {
      yield* checkNumber(serviceAccountToken?.user, LARGEST_ID, `${path}.projected.sources[${at}].serviceAccountToken.user`, NO_ID);
    }
    for (const [field, items] of podFields(volume)) yield* checkPodFields(items, `${path}.${field}`);
    if (volume.emptyDir) yield* checkEmptyDir(volume.emptyDir, `${path}.emptyDir`);
    if (volume.ephemeral) yield* checkEphemeral(volume.ephemeral, `${path}.ephemeral.volumeClaimTemplate`);
    yield* checkPlaces(volume, path, pod, policy);
  }
}

function modedSources({ configMap, secret, downwardAPI, projected }: Volume): [field: string, source: ModedSource][] {
  const all: [string, ModedSource | null | undefined][] = [['configMap', configMap], ['secret', secret], ['downwardAPI', downwardAPI], ['projected', { ...projected, items: [] }]];
  for (const [index, source] of (projected?.sources ?? []).entries()) {
    const field = `projected.sources[${index}]`;
    all.push([`${field}.configMap`, source.configMap], [`${field}.secret`, source.secret], [`${field}.downwardAPI`, source.downwardAPI]);
  }
  return all.flatMap(([field, source]) => (source ? [[field, source]] : []));
}

function* checkModes({ defaultMode, defaultUser, items }: ModedSource, path: string): Iterable<Finding> {
  yield* checkNumber(defaultMode, LARGEST_MODE, `${path}.defaultMode`, NO_MODE);
  yield* checkNumber(defaultUser, LARGEST_ID, `${path}.defaultUser`, NO_ID);
  for (const [index, { mode, user }] of (items ?? []).entries()) {
    yield* checkNumber(mode, LARGEST_MODE, `${path}.items[${index}].mode`, NO_MODE);
    yield* checkNumber(user, LARGEST_ID, `${path}.items[${index}].user`, NO_ID);
  }
}

const NO_MODE = 'is not a file mode from 0 to 0777';
const NO_ID = `is not a user id from 0 to ${LARGEST_ID}`;

function* checkNumber(value: number | null | undefined, largest: number, path: string, why: string): Iterable<Finding> {
  const isOne = Number.isInteger(value ?? 0) && (value ?? 0) >= 0 && (value ?? 0) <= largest;
  if (!isOne) yield invalid(path, `${quoted(value)} ${why}`);
}

type PodFieldItems = NonNullable<NonNullable<Volume['downwardAPI']>['items']>;

/** What a volume can tell of its pod; an address is known to env only. */
const POD_FIELD = /^metadata\.(name|namespace|uid|labels|annotations|(labels|annotations)\['.*'\])$/s;
const RESOURCE_FIELD = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/;

function podFields({ downwardAPI, projected }: Volume): [field: string, items: PodFieldItems][] {
  const projectedItems = (projected?.sources ?? []).map(({ downwardAPI: source }, index): [string, PodFieldItems] => [`projected.sources[${index}].downwardAPI`, source?.items ?? []]);
  return [['downwardAPI', downwardAPI?.items ?? []], ...projectedItems];
}

function* checkPodFields(items: PodFieldItems, path: string): Iterable<Finding> {
  for (const [index, { fieldRef, resourceFieldRef }] of items.entries()) {
    const field = `${path}.items[${index}]`;
    if (fieldRef && !POD_FIELD.test(fieldRef.fieldPath)) yield invalid(`${field}.fieldRef.fieldPath`, `${quoted(fieldRef.fieldPath)} is not a field that a volume can tell`);
    if (resourceFieldRef && !RESOURCE_FIELD.test(resourceFieldRef.resource)) yield invalid(`${field}.resourceFieldRef.resource`, `${quoted(resourceFieldRef.resource)} is not a resource that a volume can tell`);
    if (resourceFieldRef?.divisor) yield* checkQuantity(resourceFieldRef.divisor, `${field}.resourceFieldRef.divisor`);
  }
}

function* checkEmptyDir({ medium, sizeLimit, mode }: NonNullable<Volume['emptyDir']>, path: string): Iterable<Finding> {
  if (!/^(|Memory|HugePages(-\d+[KMG]i)?)$/.test(medium ?? '')) yield invalid(`${path}.medium`, `${quoted(medium)} is not Memory, HugePages or HugePages-<size>`);
  if (sizeLimit) yield* checkQuantity(sizeLimit, `${path}.sizeLimit`);
  yield* checkNumber(mode, LARGEST_DIRECTORY_MODE, `${path}.mode`, 'is not a directory mode from 0 to 01777');
}

function* checkEphemeral({ volumeClaimTemplate: template }: NonNullable<Volume['ephemeral']>, path: string): Iterable<Finding> {
  const size = template?.spec?.resources?.requests?.['storage'];
  if (size === undefined) yield invalid(path, 'a claim says how large its volume is, in spec.resources.requests.storage');
  else yield* checkQuantity(size, `${path}.spec.resources.requests.storage`);
}

function* checkQuantity(quantity: string, path: string): Iterable<Finding> {
  try {
    if (parseQuantity(quantity) < 0) yield invalid(path, `${quoted(quantity)} is negative`);
  } catch (error) {
    yield invalid(path, messageOf(error));
  }
}
