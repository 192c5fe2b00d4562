type Kind = 'string' | 'integer' | 'boolean' | 'list';
/** Kind of value by dotted name. */
export type SettingTable = Readonly<Record<string, string>>;

function kindOf(value: unknown): Kind | 'other' {
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'other';
  return typeof value === 'string' || typeof value === 'boolean' ? (typeof value as Kind) : 'other';
}

function leaves(value: unknown, path: string): readonly (readonly [path: string, value: unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, below]) => leaves(below, path === '' ? key : `${path}.${key}`));
}

/** What of `settings` another program would not read: names it does not have, values of another kind. */
export function strayOf(settings: unknown, table: SettingTable): readonly string[] {
  return leaves(settings, '').flatMap(([path, value]) => {
    const wanted = table[path];
    if (wanted === undefined) return [`${path}: no such setting`];
    return kindOf(value) === wanted ? [] : [`${path}: ${kindOf(value)}, and not ${wanted}`];
  });
}
