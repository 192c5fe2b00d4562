import type { KeyToPath, Pod, Volume } from '../../kube/index.js';
import { FIELDS } from './fields.js';
import { type Finding, invalid, quoted } from './findings.js';

const LARGEST_MODE = 0o777;

type ModedItem = Pick<KeyToPath, 'mode'>;
interface ModedSource {
  readonly defaultMode?: number;
  readonly items?: readonly ModedItem[];
}

/** Sources of volumes: one each, of a kind that is known, with modes that are modes. */
export function* checkVolumes({ spec }: Pod): Iterable<Finding> {
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    const path = `pod.spec.volumes[${index}]`;
    const sources = Object.entries(volume).flatMap(([kind, source]) => (kind === 'name' || source === null || source === undefined ? [] : [kind]));
    if (sources.length > 1) yield invalid(path, `a volume has one source, not ${sources.join(' and ')}`);
    const unknown = sources.find((kind) => !Object.hasOwn(FIELDS, `spec.volumes[].${kind}`));
    if (unknown !== undefined) yield invalid(`${path}[${quoted(unknown)}]`, 'this kind of volume is not known');
    for (const [field, source] of modedSources(volume)) yield* checkModes(source, `${path}.${field}`);
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

function* checkModes({ defaultMode, items }: ModedSource, path: string): Iterable<Finding> {
  const modes: [string, number | null | undefined][] = [['defaultMode', defaultMode], ...(items ?? []).map(({ mode }, index): [string, number | undefined] => [`items[${index}].mode`, mode])];
  for (const [field, mode] of modes) {
    const isMode = Number.isInteger(mode ?? 0) && (mode ?? 0) >= 0 && (mode ?? 0) <= LARGEST_MODE;
    if (!isMode) yield invalid(`${path}.${field}`, `${quoted(mode)} is not a file mode from 0 to 0777`);
  }
}
