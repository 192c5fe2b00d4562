import { readFile } from 'node:fs/promises';

const GROUPS_FILE = '/etc/group';

/**
 * Id of a group of this host, by name or as an id.
 * @throws Error for a name that is not among the host's own groups
 */
export async function readGroupId(group: string): Promise<number> {
  if (/^\d+$/.test(group)) return Number(group);
  const lines = (await readFile(GROUPS_FILE, 'utf8')).split('\n').map((line) => line.split(':'));
  const id = lines.find(([name]) => name === group)?.[2];
  if (id === undefined || id === '') throw new Error(`the group ${group} is not in ${GROUPS_FILE}: give its id`);
  return Number(id);
}
